/**
 * The endpoints of each cluster, as the proxy that has it sees them: what is under way to them, whether
 * they are ejected, and which of them the workers know to be healthy.
 */
import type { Endpoint } from '../model.ts';
import type { ClusterState } from './clusters.ts';
import type { ListenerState } from './listeners.ts';
import { Places } from './places.ts';
import { type Draws, PURPOSE } from './random.ts';
import { Rows } from './rows.ts';
import { type AppState, Host } from './state.ts';
import { NO_WORKER, type Worker } from './workers.ts';

/** What a host is at first. */
const UNUSED = {
  ...{ active: 0, cxActive: 0, cxTotal: 0, rqTotal: 0, rqError: 0 },
  ...{ isEjected: false, consecutive5xx: 0, consecutiveGateway: 0, consecutiveLocal: 0 },
  ...{ successes: 0, requests: 0, localSuccesses: 0, localRequests: 0 },
  ...{ backOff: 0, ejectedMs: 0, returnedMs: -Infinity, jitterMs: 0 },
} satisfies Partial<Host>;

export class Hosts {
  readonly #rows = new Rows((id) => new Host(id));
  readonly #places = new Places<Host>();
  readonly #draws: Draws;
  #listeners: readonly ListenerState[] = [];
  #apps: readonly AppState[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** @param places of the endpoints of all clusters */
  configure(places: number, listeners: readonly ListenerState[], apps: readonly AppState[]): void {
    this.#places.configure(places);
    this.#listeners = listeners;
    this.#apps = apps;
  }

  reset(): void {
    this.#rows.clear();
    this.#places.clear();
  }

  /** A cluster's that were called, in that order. */
  called(cluster: ClusterState): Host[] {
    const called: Host[] = [];
    for (let id = 0; id < this.#rows.count; id += 1) {
      const host = this.#rows.at(id);
      if (host.cluster === cluster) called.push(host);
    }
    return called;
  }

  at(id: number): Host {
    return this.#rows.at(id);
  }

  of(cluster: ClusterState, index: number): Host {
    return this.#places.at(cluster.place + index) ?? this.#make(cluster, index);
  }

  #make(cluster: ClusterState, index: number): Host {
    const { listener, app } = cluster.endpoints[index] as Endpoint;
    const place = cluster.place + index;
    const host = this.#rows.take();
    Object.assign(host, UNUSED, { cluster, index, place });
    host.listener = this.#listeners[listener] ?? null;
    host.app = this.#apps[app] ?? null;
    host.pools.fill(undefined);
    this.#places.put(place, host);
    return host;
  }

  /** Requests of it that have a connection. */
  active({ place }: ClusterState, index: number): number {
    return this.#places.at(place + index)?.active ?? 0;
  }

  /** The workers come to know which endpoints are ejected. */
  tellWorkers(cluster: ClusterState): void {
    const { length } = cluster.endpoints;
    const healthy: number[] = [];
    for (let index = 0; index < length; index += 1) {
      if (this.#places.at(cluster.place + index)?.isEjected !== true) healthy.push(index);
    }
    cluster.healthy = healthy.length === length ? null : Int32Array.from(healthy);
  }

  /** The kernel gives a new connection to one of the listeners that the workers have, by a hash. */
  remoteWorker({ listener, place }: Host, worker: Worker, ordinal: number): Worker {
    if (listener === null) return NO_WORKER;
    const { workers } = listener;
    const { length } = workers;
    if (length === 1) return workers[0] as Worker;
    const purpose = (ordinal << 10) | (worker.index << 4) | PURPOSE.remoteWorker;
    return workers[this.#draws.index(length, place, purpose)] as Worker;
  }
}

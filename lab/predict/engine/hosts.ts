/**
 * The endpoints of each cluster, as the proxy that has it sees them: what is under way to them, whether
 * they are ejected, and which of them the workers know to be healthy.
 */
import type { Endpoint, Model } from '../model.ts';
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
  /** Endpoints of each cluster. */
  counts = new Int32Array(0);
  readonly #rows = new Rows((id) => new Host(id));
  readonly #places = new Places<Host>();
  readonly #draws: Draws;
  #sets: readonly (readonly Endpoint[])[] = [];
  /** Where each cluster's endpoints begin among all. */
  #bases = new Float64Array(0);
  #listeners: readonly ListenerState[] = [];
  #apps: readonly AppState[] = [];
  /** The healthy endpoints that a cluster's workers know; undefined where all are. */
  #healthy: (Int32Array | undefined)[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  configure(
    { clusters, endpointSets }: Model,
    listeners: readonly ListenerState[],
    apps: readonly AppState[],
  ): void {
    this.#listeners = listeners;
    this.#apps = apps;
    this.#sets = clusters.map(({ endpoints }) => endpointSets[endpoints] ?? []);
    this.counts = Int32Array.from(this.#sets, ({ length }) => length);
    this.#bases = new Float64Array(clusters.length);
    let base = 0;
    this.counts.forEach((count, cluster) => {
      this.#bases[cluster] = base;
      base += count;
    });
    this.#places.configure(base);
  }

  reset(): void {
    this.#rows.clear();
    this.#places.clear();
    this.#healthy = [];
  }

  /** A cluster's that were called, in that order. */
  called(cluster: number): Host[] {
    const called: Host[] = [];
    for (let id = 0; id < this.#rows.count; id += 1) {
      const host = this.#rows.at(id);
      if (host.cluster.index === cluster) called.push(host);
    }
    return called;
  }

  at(id: number): Host {
    return this.#rows.at(id);
  }

  of(cluster: ClusterState, index: number): Host {
    const place = (this.#bases[cluster.index] as number) + index;
    return this.#places.at(place) ?? this.#make(cluster, index, place);
  }

  #make(cluster: ClusterState, index: number, place: number): Host {
    const { listener, app } = this.#sets[cluster.index]?.[index] as Endpoint;
    const host = this.#rows.take();
    Object.assign(host, UNUSED, { cluster, index, place });
    host.listener = this.#listeners[listener] ?? null;
    host.app = this.#apps[app] ?? null;
    host.pools.fill(undefined);
    this.#places.put(place, host);
    return host;
  }

  /** Requests of it that have a connection. */
  active(cluster: ClusterState, index: number): number {
    return this.#places.at((this.#bases[cluster.index] as number) + index)?.active ?? 0;
  }

  /** Undefined where all are healthy. */
  healthy(cluster: ClusterState): Int32Array | undefined {
    return this.#healthy[cluster.index];
  }

  /** The workers come to know which endpoints are ejected. */
  tellWorkers(cluster: number): void {
    const count = this.counts[cluster] as number;
    const healthy: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const host = this.#places.at((this.#bases[cluster] as number) + index);
      if (host?.isEjected !== true) healthy.push(index);
    }
    this.#healthy[cluster] = healthy.length === count ? undefined : Int32Array.from(healthy);
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

/**
 * Connection pools as Envoy has them (source/common/conn_pool/conn_pool_base.cc): one for each worker
 * and endpoint, with its ready connections, the latest first, and its queue. The limits are of the
 * cluster, whichever worker counts against them.
 */
import { NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import * as stat from './clusters.ts';
import type { Clusters } from './clusters.ts';
import type { Connects } from './connects.ts';
import type { Hosts } from './hosts.ts';
import { Places } from './places.ts';
import { PoolQueue } from './poolQueue.ts';
import {
  ConnectionRows,
  CX,
  NO_SETTINGS,
  PoolRows,
  type PoolSettings,
  type PoolUser,
} from './poolRows.ts';
import { ReadyConnections } from './readyConnections.ts';
import { add } from './rows.ts';
import type { Turns } from './turns.ts';
import type { Visits } from './visits.ts';

export class Pools {
  readonly rows = new PoolRows();
  readonly connections = new ConnectionRows();
  settings: PoolSettings = NO_SETTINGS;
  dispatchLane = NONE;
  dispatchMs = 0;
  readonly places = new Places();
  #user!: PoolUser;
  readonly #clock: Clock;
  readonly #clusters: Clusters;
  readonly #hosts: Hosts;
  readonly #visits: Visits;
  readonly #queue: PoolQueue;
  readonly #ready: ReadyConnections;

  readonly #turns: Turns;
  readonly #connects: Connects;

  constructor(
    clock: Clock,
    turns: Turns,
    clusters: Clusters,
    hosts: Hosts,
    visits: Visits,
    connects: Connects,
  ) {
    this.#turns = turns;
    this.#connects = connects;
    this.#clock = clock;
    this.#clusters = clusters;
    this.#hosts = hosts;
    this.#visits = visits;
    this.#queue = new PoolQueue(this.rows, visits, clusters);
    this.#ready = new ReadyConnections(clock, this.rows, this.connections);
  }

  serve(user: PoolUser): void {
    this.#user = user;
  }

  reset(): void {
    this.rows.slots.clear();
    this.connections.clear();
    this.places.clear();
  }

  /** @param place of the worker and the endpoint, among all */
  poolAt(place: number, cluster: number, host: number, worker: number): number {
    const known = this.places.at(place);
    if (known >= 0) return known;
    const pool = this.rows.open(cluster, host, worker);
    this.places.put(place, pool);
    return pool;
  }

  /** A request wants to go out: by a ready connection, from the queue later, or not at all. */
  newStream(pool: number, visit: number): void {
    const { rows } = this;
    const ready = rows.ready[pool] as number;
    if (ready !== NONE) {
      this.#attach(ready, pool, visit);
      return;
    }
    const cluster = rows.cluster[pool] as number;
    if (!this.#clusters.hasRoomForPending(cluster)) {
      this.#clusters.count(cluster, stat.RQ_PENDING_OVERFLOW);
      this.#user.overflowed(visit);
      return;
    }
    this.#clusters.queued(cluster);
    this.#queue.push(pool, visit);
    this.#tryCreateConnections(pool);
  }

  /** Takes a visit out of its pool's queue. */
  cancel(visit: number): void {
    this.#queue.remove(this.#visits.pool[visit] as number, visit);
  }

  connected(connection: number): void {
    const { connections, rows } = this;
    const pool = connections.pool[connection] as number;
    add(rows.connecting, pool, -1);
    const far = this.#hosts.isReachable(rows.cluster[pool] as number, rows.host[pool] as number);
    if (!far) {
      this.#fail(connection, pool);
      return;
    }
    this.#ready.push(connection, pool, this.settings);
    this.#onUpstreamReady(pool);
  }

  /** The queue's turn after an answer. */
  dispatched(pool: number): void {
    this.rows.scheduled[pool] = 0;
    this.#onUpstreamReady(pool);
  }

  /**
   * A request's answer is whole. Its connection is free at once; the queue has it in the worker's next
   * turn only (envoyproxy/envoy#2715).
   *
   * @param closes whether the other end closes the connection after it
   */
  answered(connection: number, closes: boolean): void {
    const { connections, rows } = this;
    const pool = connections.pool[connection] as number;
    this.#streamClosed(connection, pool);
    if (closes) {
      this.#clusters.count(rows.cluster[pool] as number, stat.CX_CLOSE_NOTIFY);
      this.#close(connection, pool);
    } else if (connections.state[connection] === CX.draining) {
      if (connections.streams[connection] === 0) this.#close(connection, pool);
    } else {
      this.#freed(connection, pool);
      if (rows.first[pool] !== NONE && rows.scheduled[pool] === 0) {
        rows.scheduled[pool] = 1;
        this.#clock.after(this.dispatchLane, this.dispatchMs, EVENT.dispatch, pool, 0);
      }
    }
  }

  /** A request is given up before its answer is whole: over HTTP/1.1 its connection goes with it. */
  aborted(connection: number): void {
    const { connections, rows } = this;
    const pool = connections.pool[connection] as number;
    this.#streamClosed(connection, pool);
    const isShared = (this.settings.streams[rows.cluster[pool] as number] as number) > 1;
    if (!isShared) this.#close(connection, pool);
    else this.#freed(connection, pool);
  }

  #freed(connection: number, pool: number): void {
    if (this.connections.state[connection] !== CX.busy) return;
    this.#ready.push(connection, pool, this.settings);
  }

  /** @param idles how often it had become idle when this was set up */
  idled(connection: number, idles: number): void {
    const { connections } = this;
    if (connections.idles[connection] !== idles || connections.state[connection] !== CX.ready) {
      return;
    }
    if (connections.streams[connection] !== 0) return;
    this.#close(connection, connections.pool[connection] as number);
  }

  /** An endpoint was ejected: its idle connections are closed, its busy ones after their answers. */
  drain(cluster: number, host: number): void {
    const { connections, rows } = this;
    for (let connection = 0; connection < connections.slots.count; connection += 1) {
      const state = connections.state[connection] as number;
      if (state !== CX.ready && state !== CX.busy) continue;
      const pool = connections.pool[connection] as number;
      if (rows.cluster[pool] !== cluster || rows.host[pool] !== host) continue;
      if (connections.streams[connection] === 0) this.#close(connection, pool);
      else {
        if (state === CX.ready) this.#ready.remove(connection, pool);
        connections.state[connection] = CX.draining;
      }
    }
  }

  #attach(connection: number, pool: number, visit: number): void {
    const { connections, rows } = this;
    const cluster = rows.cluster[pool] as number;
    if (!this.#clusters.hasRoomForRequest(cluster)) {
      this.#clusters.count(cluster, stat.RQ_ACTIVE_OVERFLOW);
      this.#user.overflowed(visit);
      return;
    }
    const streams = add(connections.streams, connection, 1);
    if (connections.left[connection] !== 0 && add(connections.left, connection, -1) === 0) {
      this.#clusters.count(cluster, stat.CX_MAX_REQUESTS);
      this.#ready.remove(connection, pool);
      connections.state[connection] = CX.draining;
    } else if (streams >= (this.settings.streams[cluster] as number)) {
      this.#ready.remove(connection, pool);
      connections.state[connection] = CX.busy;
    }
    this.#clusters.attached(cluster);
    this.#hosts.attached(cluster, rows.host[pool] as number);
    this.#user.attached(visit, connection);
  }

  #onUpstreamReady(pool: number): void {
    const { rows } = this;
    while (rows.first[pool] !== NONE && rows.ready[pool] !== NONE) {
      const visit = rows.first[pool] as number;
      this.#queue.remove(pool, visit);
      this.#attach(rows.ready[pool] as number, pool, visit);
    }
    if (rows.first[pool] !== NONE) this.#tryCreateConnections(pool);
  }

  #streamClosed(connection: number, pool: number): void {
    const { rows } = this;
    add(this.connections.streams, connection, -1);
    const cluster = rows.cluster[pool] as number;
    add(this.#clusters.rq, cluster, -1);
    this.#hosts.detached(cluster, rows.host[pool] as number);
  }

  /** No more than three at a time, as Envoy does. */
  #tryCreateConnections(pool: number): void {
    for (let count = 0; count < 3; count += 1) if (!this.#tryCreateConnection(pool)) return;
  }

  /** @returns whether there may be room for another one */
  #tryCreateConnection(pool: number): boolean {
    const { rows } = this;
    const cluster = rows.cluster[pool] as number;
    const coming = (rows.connecting[pool] as number) * (this.settings.streams[cluster] as number);
    if ((rows.waiting[pool] as number) <= coming) return false;
    const hasRoom = this.#clusters.hasRoomForConnection(cluster);
    if (!hasRoom) this.#clusters.count(cluster, stat.CX_OVERFLOW);
    // One is always allowed, else what waits here would never go out.
    if (hasRoom || rows.connections[pool] === 0) this.#create(pool, cluster);
    return hasRoom;
  }

  #create(pool: number, cluster: number): void {
    const { connections, rows } = this;
    const connection = connections.open(pool, this.settings.maxRequests[cluster] as number);
    add(rows.connecting, pool, 1);
    add(rows.connections, pool, 1);
    const opened = add(rows.opened, pool, 1);
    const host = rows.host[pool] as number;
    connections.remoteWorker[connection] = this.#hosts.remoteWorker(
      cluster,
      host,
      rows.worker[pool] as number,
      opened,
    );
    this.#clusters.connectionOpened(cluster);
    this.#hosts.opened(cluster, host);
    const { openMs } = this.settings;
    this.#turns.isBusyFor(rows.worker[pool] as number, openMs);
    this.#connects.begin(rows, connections, connection, openMs);
  }

  /** All that wait are told: they are not left to a host that cannot be reached. */
  #fail(connection: number, pool: number): void {
    const { rows } = this;
    this.#clusters.count(rows.cluster[pool] as number, stat.CX_CONNECT_FAIL);
    let waiting = rows.waiting[pool] as number;
    this.#release(connection, pool);
    for (; waiting > 0 && rows.first[pool] !== NONE; waiting -= 1) {
      const visit = rows.first[pool] as number;
      this.#queue.remove(pool, visit);
      this.#user.connectionFailed(visit);
    }
  }

  #close(connection: number, pool: number): void {
    if (this.connections.state[connection] === CX.ready) this.#ready.remove(connection, pool);
    this.#release(connection, pool);
    if (this.rows.first[pool] !== NONE) this.#tryCreateConnections(pool);
  }

  #release(connection: number, pool: number): void {
    const { connections, rows } = this;
    connections.state[connection] = CX.closed;
    connections.life[connection] = 0;
    add(connections.idles, connection, 1);
    connections.slots.giveBack(connection);
    add(rows.connections, pool, -1);
    const cluster = rows.cluster[pool] as number;
    add(this.#clusters.cx, cluster, -1);
    this.#hosts.closed(cluster, rows.host[pool] as number);
  }
}

/**
 * Connection pools as Envoy has them (source/common/conn_pool/conn_pool_base.cc): one for each worker
 * and endpoint, with its ready connections, the latest first, and its queue. The limits are of the
 * cluster, whichever worker counts against them.
 */
import { NONE } from '../model.ts';
import type { Clock } from './clock.ts';
import { EVENT } from './clock.ts';
import * as stat from './clusters.ts';
import type { Clusters } from './clusters.ts';
import type { Hosts } from './hosts.ts';
import { Places } from './places.ts';
import { add, ints, Rows } from './rows.ts';
import { STATE, type Visits } from './visits.ts';

/** What a pool tells whoever asked it for a connection. */
export interface PoolUser {
  /** The visit's request goes out on this connection now. */
  attached(visit: number, connection: number): void;
  /** There is no room for it. */
  overflowed(visit: number): void;
  /** The connection that it waited for cannot be made. */
  connectionFailed(visit: number): void;
}

export class PoolRows extends Rows {
  cluster = ints();
  host = ints();
  /** Of all workers of all proxies. */
  worker = ints();
  ready = ints();
  connecting = ints();
  /** Connecting, ready, busy and draining. */
  connections = ints();
  first = ints();
  last = ints();
  waiting = ints();
  /** Whether it will look at its queue in the worker's next turn. */
  scheduled = ints();
  opened = ints();
}

const CX = { closed: 0, connecting: 1, ready: 2, busy: 3, draining: 4 } as const;

export class ConnectionRows extends Rows {
  state = ints();
  /** Tells one connection from the next in the same row. */
  life = ints();
  pool = ints();
  /** Requests that it may carry yet; 0 for any number. */
  left = ints();
  streams = ints();
  /** Among the ready ones. */
  next = ints();
  previous = ints();
  /** At its other end; drawn when it is made. */
  remoteWorker = ints();
  /** The last batch that used it. */
  batch = ints();
  /** Counts how often it became idle. */
  idles = ints();
}

export interface PoolSettings {
  /** NONE for no limit. */
  readonly maxRequests: Int32Array;
  readonly streams: Int32Array;
  readonly idleLane: Int32Array;
  readonly idleMs: Float64Array;
  /** Until when each worker of each proxy is busy, and for how long it is with opening a connection. */
  readonly free: Float64Array;
  readonly openMs: number;
}

export class Pools {
  readonly rows = new PoolRows();
  readonly connections = new ConnectionRows();
  settings: PoolSettings = {
    maxRequests: ints(),
    streams: ints(),
    idleLane: ints(),
    idleMs: new Float64Array(0),
    free: new Float64Array(0),
    openMs: 0,
  };
  connectLane = NONE;
  connectMs = 0;
  dispatchLane = NONE;
  dispatchMs = 0;
  readonly places = new Places();
  #user!: PoolUser;
  #lives = 0;
  readonly #clock: Clock;
  readonly #clusters: Clusters;
  readonly #hosts: Hosts;
  readonly #visits: Visits;

  constructor(clock: Clock, clusters: Clusters, hosts: Hosts, visits: Visits) {
    this.#clock = clock;
    this.#clusters = clusters;
    this.#hosts = hosts;
    this.#visits = visits;
  }

  serve(user: PoolUser): void {
    this.#user = user;
  }

  reset(): void {
    this.rows.clear();
    this.connections.clear();
    this.places.clear();
    this.#lives = 0;
  }

  /** @param place of the worker and the endpoint, among all */
  poolAt(place: number, cluster: number, host: number, worker: number): number {
    const known = this.places.at(place);
    if (known >= 0) return known;
    const { rows } = this;
    const pool = rows.take();
    rows.cluster[pool] = cluster;
    rows.host[pool] = host;
    rows.worker[pool] = worker;
    rows.ready[pool] = NONE;
    rows.connecting[pool] = 0;
    rows.connections[pool] = 0;
    rows.first[pool] = NONE;
    rows.last[pool] = NONE;
    rows.waiting[pool] = 0;
    rows.scheduled[pool] = 0;
    rows.opened[pool] = 0;
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
    this.#enqueue(pool, visit);
    this.#tryCreateConnections(pool);
  }

  /** Takes a visit out of its pool's queue. */
  cancel(visit: number): void {
    this.#dequeue(this.#visits.pool[visit] as number, visit);
  }

  /** Whether the row is still that connection, which was on its way. @param life of what was meant */
  isConnecting(connection: number, life: number): boolean {
    return this.connections.life[connection] === life;
  }

  /** The worker that a connection belongs to. */
  workerOf(connection: number): number {
    return this.rows.worker[this.connections.pool[connection] as number] as number;
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
    this.#becomeReady(connection, pool);
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
      if (connections.state[connection] === CX.busy) this.#becomeReady(connection, pool);
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
    else if (connections.state[connection] === CX.busy) this.#becomeReady(connection, pool);
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
    for (let connection = 0; connection < connections.count; connection += 1) {
      const state = connections.state[connection] as number;
      if (state !== CX.ready && state !== CX.busy) continue;
      const pool = connections.pool[connection] as number;
      if (rows.cluster[pool] !== cluster || rows.host[pool] !== host) continue;
      if (connections.streams[connection] === 0) this.#close(connection, pool);
      else {
        if (state === CX.ready) this.#unready(connection, pool);
        connections.state[connection] = CX.draining;
      }
    }
  }

  #attach(connection: number, pool: number, visit: number): void {
    const { connections, rows } = this;
    const cluster = rows.cluster[pool] as number;
    if (!this.#clusters.hasRoomForRequest(cluster)) {
      this.#clusters.count(cluster, stat.RQ_PENDING_OVERFLOW);
      this.#user.overflowed(visit);
      return;
    }
    const streams = add(connections.streams, connection, 1);
    if (connections.left[connection] !== 0 && add(connections.left, connection, -1) === 0) {
      this.#clusters.count(cluster, stat.CX_MAX_REQUESTS);
      this.#unready(connection, pool);
      connections.state[connection] = CX.draining;
    } else if (streams >= (this.settings.streams[cluster] as number)) {
      this.#unready(connection, pool);
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
      this.#dequeue(pool, visit);
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
    const connection = connections.take();
    connections.state[connection] = CX.connecting;
    connections.life[connection] = this.#lives += 1;
    connections.pool[connection] = pool;
    connections.left[connection] = this.settings.maxRequests[cluster] as number;
    connections.streams[connection] = 0;
    connections.batch[connection] = NONE;
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
    const worker = rows.worker[pool] as number;
    const { free, openMs } = this.settings;
    free[worker] = Math.max(this.#clock.now, free[worker] as number) + openMs;
    const delayMs = openMs + this.connectMs;
    this.#clock.after(this.connectLane, delayMs, EVENT.connected, connection, this.#lives);
  }

  /** All that wait are told: they are not left to a host that cannot be reached. */
  #fail(connection: number, pool: number): void {
    const { rows } = this;
    this.#clusters.count(rows.cluster[pool] as number, stat.CX_CONNECT_FAIL);
    let waiting = rows.waiting[pool] as number;
    this.#release(connection, pool);
    for (; waiting > 0 && rows.first[pool] !== NONE; waiting -= 1) {
      const visit = rows.first[pool] as number;
      this.#dequeue(pool, visit);
      this.#user.connectionFailed(visit);
    }
  }

  #close(connection: number, pool: number): void {
    if (this.connections.state[connection] === CX.ready) this.#unready(connection, pool);
    this.#release(connection, pool);
    if (this.rows.first[pool] !== NONE) this.#tryCreateConnections(pool);
  }

  #release(connection: number, pool: number): void {
    const { connections, rows } = this;
    connections.state[connection] = CX.closed;
    connections.life[connection] = 0;
    add(connections.idles, connection, 1);
    connections.giveBack(connection);
    add(rows.connections, pool, -1);
    const cluster = rows.cluster[pool] as number;
    add(this.#clusters.cx, cluster, -1);
    this.#hosts.closed(cluster, rows.host[pool] as number);
  }

  #becomeReady(connection: number, pool: number): void {
    const { connections, rows, settings } = this;
    const first = rows.ready[pool] as number;
    connections.state[connection] = CX.ready;
    connections.previous[connection] = NONE;
    connections.next[connection] = first;
    if (first !== NONE) connections.previous[first] = connection;
    rows.ready[pool] = connection;
    const cluster = rows.cluster[pool] as number;
    const idleMs = settings.idleMs[cluster] as number;
    if (idleMs < Infinity && connections.streams[connection] === 0) {
      const idles = add(connections.idles, connection, 1);
      const lane = settings.idleLane[cluster] as number;
      this.#clock.after(lane, idleMs, EVENT.idle, connection, idles);
    }
  }

  #unready(connection: number, pool: number): void {
    const { connections, rows } = this;
    if (connections.state[connection] !== CX.ready) return;
    const next = connections.next[connection] as number;
    const previous = connections.previous[connection] as number;
    if (previous === NONE) rows.ready[pool] = next;
    else connections.next[previous] = next;
    if (next !== NONE) connections.previous[next] = previous;
  }

  #enqueue(pool: number, visit: number): void {
    const { rows } = this;
    const visits = this.#visits;
    const last = rows.last[pool] as number;
    visits.state[visit] = STATE.pending;
    visits.pool[visit] = pool;
    visits.next[visit] = NONE;
    visits.previous[visit] = last;
    if (last === NONE) rows.first[pool] = visit;
    else visits.next[last] = visit;
    rows.last[pool] = visit;
    add(rows.waiting, pool, 1);
  }

  #dequeue(pool: number, visit: number): void {
    const { rows } = this;
    const visits = this.#visits;
    const next = visits.next[visit] as number;
    const previous = visits.previous[visit] as number;
    if (previous === NONE) rows.first[pool] = next;
    else visits.next[previous] = next;
    if (next === NONE) rows.last[pool] = previous;
    else visits.previous[next] = previous;
    add(rows.waiting, pool, -1);
    add(this.#clusters.pending, rows.cluster[pool] as number, -1);
  }
}

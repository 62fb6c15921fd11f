/**
 * Connection pools as Envoy has them (source/common/conn_pool/conn_pool_base.cc): one for each worker
 * and endpoint, with its ready connections, the latest first, and its queue. The limits are of the
 * cluster, whichever worker counts against them.
 */
import { NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import type { Connects } from './connects.ts';
import type { Hosts } from './hosts.ts';
import { ConnectionRows, PoolRows } from './poolRows.ts';
import { dequeue, enqueue } from './queue.ts';
import { ReadyConnections } from './readyConnections.ts';
import { type Connection, type Host, type Pool, type Visit } from './state.ts';
import type { Turns } from './turns.ts';
import type { Worker } from './workers.ts';

/** What a pool tells whoever asked it for a connection. */
export interface PoolUser {
  /** The visit's request goes out on this connection now. */
  attached(visit: Visit, connection: Connection): void;
  /** There is no room for it. */
  overflowed(visit: Visit): void;
  /** The connection that it waited for cannot be made. */
  connectionFailed(visit: Visit): void;
}

export class Pools {
  readonly rows = new PoolRows();
  readonly connections = new ConnectionRows();
  /** For how long a worker is busy with opening a connection. */
  openMs = 0;
  dispatchLane = NONE;
  dispatchMs = 0;
  #user!: PoolUser;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #hosts: Hosts;
  readonly #connects: Connects;
  readonly #ready: ReadyConnections;

  constructor(clock: Clock, turns: Turns, hosts: Hosts, connects: Connects) {
    this.#clock = clock;
    this.#turns = turns;
    this.#hosts = hosts;
    this.#connects = connects;
    this.#ready = new ReadyConnections(clock);
  }

  serve(user: PoolUser): void {
    this.#user = user;
  }

  reset(): void {
    this.rows.clear();
    this.connections.clear();
  }

  /** Of a worker and an endpoint. */
  poolOf(host: Host, worker: Worker): Pool {
    const { pools } = host;
    return pools[worker.own] ?? (pools[worker.own] = this.rows.open(host, worker));
  }

  /** A request wants to go out: by a ready connection, from the queue later, or not at all. */
  newStream(pool: Pool, visit: Visit): void {
    const { ready, cluster } = pool;
    if (ready !== null) {
      this.#attach(ready, pool, visit);
      return;
    }
    if (!cluster.hasRoomForPending) {
      cluster.counters.upstream_rq_pending_overflow += 1;
      this.#user.overflowed(visit);
      return;
    }
    cluster.queued();
    this.#wait(pool, visit);
    this.#tryCreateConnections(pool);
  }

  /** Takes a visit out of its pool's queue. */
  cancel(visit: Visit): void {
    if (visit.pool !== null) this.#take(visit.pool, visit);
  }

  connected(connection: Connection): void {
    const { pool } = connection;
    pool.connecting -= 1;
    if (!pool.host.isReachable) {
      this.#fail(connection, pool);
      return;
    }
    this.#ready.push(connection, pool);
    this.#onUpstreamReady(pool);
  }

  /** The queue's turn after an answer. */
  dispatched(pool: Pool): void {
    pool.isScheduled = false;
    this.#onUpstreamReady(pool);
  }

  /**
   * A request's answer is whole. Its connection is free at once; the queue has it in the worker's next
   * turn only (envoyproxy/envoy#2715).
   *
   * @param closes whether the other end closes the connection after it
   */
  answered(connection: Connection, closes: boolean): void {
    const { pool } = connection;
    this.#streamClosed(connection, pool);
    if (closes) {
      pool.cluster.counters.upstream_cx_close_notify += 1;
      this.#close(connection, pool);
    } else if (connection.state === 'draining') {
      if (connection.streams === 0) this.#close(connection, pool);
    } else {
      this.#freed(connection, pool);
      if (pool.first !== null && !pool.isScheduled) {
        pool.isScheduled = true;
        this.#clock.after(this.dispatchLane, this.dispatchMs, EVENT.dispatch, pool.id, 0);
      }
    }
  }

  /** A request is given up before its answer is whole: over HTTP/1.1 its connection goes with it. */
  aborted(connection: Connection): void {
    const { pool } = connection;
    this.#streamClosed(connection, pool);
    if (pool.cluster.streams === 1) this.#close(connection, pool);
    else this.#freed(connection, pool);
  }

  #freed(connection: Connection, pool: Pool): void {
    if (connection.state !== 'busy') return;
    this.#ready.push(connection, pool);
  }

  /** @param idles how often it had become idle when this was set up */
  idled(connection: Connection, idles: number): void {
    if (connection.idles !== idles || connection.state !== 'ready') return;
    if (connection.streams !== 0) return;
    this.#close(connection, connection.pool);
  }

  /** An endpoint was ejected: its idle connections are closed, its busy ones after their answers. */
  drain(host: Host): void {
    for (let id = 0; id < this.connections.count; id += 1) {
      const connection = this.connections.at(id);
      const { pool, state } = connection;
      if (pool.host !== host || (state !== 'ready' && state !== 'busy')) continue;
      if (connection.streams === 0) this.#close(connection, pool);
      else {
        if (state === 'ready') this.#ready.remove(connection, pool);
        connection.state = 'draining';
      }
    }
  }

  #wait(pool: Pool, visit: Visit): void {
    visit.state = 'pending';
    visit.pool = pool;
    enqueue(pool, visit);
    pool.waiting += 1;
  }

  /** It waits no more. */
  #take(pool: Pool, visit: Visit): void {
    dequeue(pool, visit);
    pool.waiting -= 1;
    pool.cluster.pending -= 1;
  }

  #attach(connection: Connection, pool: Pool, visit: Visit): void {
    const { cluster, host } = pool;
    if (!cluster.hasRoomForRequest) {
      cluster.counters.upstream_rq_active_overflow += 1;
      this.#user.overflowed(visit);
      return;
    }
    connection.streams += 1;
    if (connection.left > 0) connection.left -= 1;
    if (connection.left === 0) {
      cluster.counters.upstream_cx_max_requests += 1;
      this.#ready.remove(connection, pool);
      connection.state = 'draining';
    } else if (connection.streams >= cluster.streams) {
      this.#ready.remove(connection, pool);
      connection.state = 'busy';
    }
    cluster.attached();
    host.active += 1;
    host.rqTotal += 1;
    this.#user.attached(visit, connection);
  }

  #onUpstreamReady(pool: Pool): void {
    for (let visit = pool.first; visit !== null && pool.ready !== null; visit = pool.first) {
      this.#take(pool, visit);
      this.#attach(pool.ready, pool, visit);
    }
    if (pool.first !== null) this.#tryCreateConnections(pool);
  }

  #streamClosed(connection: Connection, pool: Pool): void {
    connection.streams -= 1;
    pool.cluster.rq -= 1;
    pool.host.active -= 1;
  }

  /** No more than three at a time, as Envoy does. */
  #tryCreateConnections(pool: Pool): void {
    for (let count = 0; count < 3; count += 1) if (!this.#tryCreateConnection(pool)) return;
  }

  /** @returns whether there may be room for another one */
  #tryCreateConnection(pool: Pool): boolean {
    const { cluster } = pool;
    if (pool.waiting <= pool.connecting * cluster.streams) return false;
    const hasRoom = cluster.hasRoomForConnection;
    if (!hasRoom) cluster.counters.upstream_cx_overflow += 1;
    // One is always allowed, else what waits here would never go out.
    if (hasRoom || pool.connections === 0) this.#create(pool);
    return hasRoom;
  }

  #create(pool: Pool): void {
    const { cluster, host, worker } = pool;
    pool.connecting += 1;
    pool.connections += 1;
    pool.opened += 1;
    const remoteWorker = this.#hosts.remoteWorker(host, worker, pool.opened);
    const connection = this.connections.open(pool, remoteWorker);
    cluster.connectionOpened();
    host.cxActive += 1;
    host.cxTotal += 1;
    this.#turns.isBusyFor(worker, this.openMs);
    this.#connects.begin(connection, this.openMs);
  }

  /** All that wait are told: they are not left to a host that cannot be reached. */
  #fail(connection: Connection, pool: Pool): void {
    pool.cluster.counters.upstream_cx_connect_fail += 1;
    this.#release(connection, pool);
    let { waiting } = pool;
    for (let visit = pool.first; visit !== null && waiting > 0; visit = pool.first) {
      waiting -= 1;
      this.#take(pool, visit);
      this.#user.connectionFailed(visit);
    }
  }

  #close(connection: Connection, pool: Pool): void {
    if (connection.state === 'ready') this.#ready.remove(connection, pool);
    this.#release(connection, pool);
    if (pool.first !== null) this.#tryCreateConnections(pool);
  }

  #release(connection: Connection, pool: Pool): void {
    this.connections.close(connection);
    pool.connections -= 1;
    pool.cluster.cx -= 1;
    pool.host.cxActive -= 1;
  }
}

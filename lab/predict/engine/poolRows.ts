/** Pools and their connections, a row each, and what is known beside them. */
import { NONE } from '../model.ts';
import { ints, Slots } from './rows.ts';

/** What a pool tells whoever asked it for a connection. */
export interface PoolUser {
  /** The visit's request goes out on this connection now. */
  attached(visit: number, connection: number): void;
  /** There is no room for it. */
  overflowed(visit: number): void;
  /** The connection that it waited for cannot be made. */
  connectionFailed(visit: number): void;
}

export class PoolRows {
  readonly slots = new Slots(this);
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

  open(cluster: number, host: number, worker: number): number {
    const pool = this.slots.take();
    this.cluster[pool] = cluster;
    this.host[pool] = host;
    this.worker[pool] = worker;
    this.ready[pool] = NONE;
    this.connecting[pool] = 0;
    this.connections[pool] = 0;
    this.first[pool] = NONE;
    this.last[pool] = NONE;
    this.waiting[pool] = 0;
    this.scheduled[pool] = 0;
    this.opened[pool] = 0;
    return pool;
  }
}

export const CX = { closed: 0, connecting: 1, ready: 2, busy: 3, draining: 4 } as const;

export class ConnectionRows {
  readonly slots = new Slots(this);
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
  /** How often it was dropped where it wanted to go. */
  drops = ints();

  #lives = 0;

  clear(): void {
    this.slots.clear();
    this.#lives = 0;
  }

  open(pool: number, maxRequests: number): number {
    const connection = this.slots.take();
    this.#lives += 1;
    this.state[connection] = CX.connecting;
    this.life[connection] = this.#lives;
    this.pool[connection] = pool;
    this.left[connection] = maxRequests;
    this.streams[connection] = 0;
    this.batch[connection] = NONE;
    this.drops[connection] = 0;
    return connection;
  }
}

export interface PoolSettings {
  /** NONE for no limit. */
  readonly maxRequests: Int32Array;
  readonly streams: Int32Array;
  readonly idleLane: Int32Array;
  readonly idleMs: Float64Array;
  /** For how long a worker is busy with opening a connection. */
  readonly openMs: number;
}

/** Before any model is known. */
export const NO_SETTINGS: PoolSettings = {
  maxRequests: ints(),
  streams: ints(),
  idleLane: ints(),
  idleMs: new Float64Array(0),
  openMs: 0,
};

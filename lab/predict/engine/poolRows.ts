/** Pools and connections, as they are made and closed (state.ts). */
import { NONE } from '../model.ts';
import { Rows } from './rows.ts';
import { Connection, type Host, Pool } from './state.ts';
import type { Worker } from './workers.ts';

export class PoolRows {
  readonly #rows = new Rows((id) => new Pool(id));

  clear(): void {
    this.#rows.clear();
  }

  at(id: number): Pool {
    return this.#rows.at(id);
  }

  open(host: Host, worker: Worker): Pool {
    const pool = this.#rows.take();
    pool.host = host;
    pool.cluster = host.cluster;
    pool.worker = worker;
    pool.ready = null;
    pool.connecting = 0;
    pool.connections = 0;
    pool.first = null;
    pool.last = null;
    pool.waiting = 0;
    pool.isScheduled = false;
    pool.opened = 0;
    return pool;
  }
}

export class ConnectionRows {
  readonly #rows = new Rows((id) => new Connection(id));
  #lives = 0;

  clear(): void {
    this.#rows.clear();
    this.#lives = 0;
  }

  at(id: number): Connection {
    return this.#rows.at(id);
  }

  /** How many there are, those that were closed included. */
  get count(): number {
    return this.#rows.count;
  }

  open(pool: Pool, remoteWorker: Worker): Connection {
    const connection = this.#rows.take();
    const { maxRequestsPerConnection } = pool.cluster.is;
    this.#lives += 1;
    connection.state = 'connecting';
    connection.life = this.#lives;
    connection.pool = pool;
    connection.left = maxRequestsPerConnection === 0 ? NONE : maxRequestsPerConnection;
    connection.streams = 0;
    connection.remoteWorker = remoteWorker;
    connection.batch = NONE;
    connection.drops = 0;
    return connection;
  }

  close(connection: Connection): void {
    connection.state = 'closed';
    connection.life = 0;
    connection.idles += 1;
    this.#rows.giveBack(connection);
  }
}

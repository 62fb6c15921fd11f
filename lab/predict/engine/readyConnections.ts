/** The connections of a pool that can carry a request now, the latest on top. */
import { type Clock, EVENT } from './clock.ts';
import { type Connection, type Pool } from './state.ts';

export class ReadyConnections {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(connection: Connection, pool: Pool): void {
    const { ready, cluster } = pool;
    connection.state = 'ready';
    connection.previous = null;
    connection.next = ready;
    if (ready !== null) ready.previous = connection;
    pool.ready = connection;
    if (cluster.idleMs < Infinity && connection.streams === 0) {
      connection.idles += 1;
      const { id, idles } = connection;
      this.#clock.after(cluster.idleLane, cluster.idleMs, EVENT.idle, id, idles);
    }
  }

  /** Takes one away that is ready; of another nothing is to be done. */
  remove(connection: Connection, pool: Pool): void {
    if (connection.state !== 'ready') return;
    const { next, previous } = connection;
    if (previous === null) pool.ready = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
  }
}

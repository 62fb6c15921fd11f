/** The connections of a pool that can carry a request now, the latest on top. */
import { NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import { type ConnectionRows, CX, type PoolRows, type PoolSettings } from './poolRows.ts';
import { add } from './rows.ts';

export class ReadyConnections {
  readonly #clock: Clock;
  readonly #rows: PoolRows;
  readonly #connections: ConnectionRows;

  constructor(clock: Clock, rows: PoolRows, connections: ConnectionRows) {
    this.#clock = clock;
    this.#rows = rows;
    this.#connections = connections;
  }

  push(connection: number, pool: number, settings: PoolSettings): void {
    const rows = this.#rows;
    const connections = this.#connections;
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

  /** Takes one away that is ready; of another nothing is to be done. */
  remove(connection: number, pool: number): void {
    const rows = this.#rows;
    const connections = this.#connections;
    if (connections.state[connection] !== CX.ready) return;
    const next = connections.next[connection] as number;
    const previous = connections.previous[connection] as number;
    if (previous === NONE) rows.ready[pool] = next;
    else connections.next[previous] = next;
    if (next !== NONE) connections.previous[next] = previous;
  }
}

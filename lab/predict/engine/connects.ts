/** How connections come to stand: at once, or later where too many wait at their other end. */
import { NONE } from '../model.ts';
import type { Backlogs } from './backlogs.ts';
import { type Clock, EVENT } from './clock.ts';
import type { Hosts } from './hosts.ts';
import { MESSAGE } from './inboxes.ts';
import type { ConnectionRows, PoolRows } from './poolRows.ts';
import { add } from './rows.ts';
import type { Turns } from './turns.ts';

export class Connects {
  connectMs = 0;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #hosts: Hosts;
  readonly #backlogs: Backlogs;

  constructor(clock: Clock, turns: Turns, hosts: Hosts, backlogs: Backlogs) {
    this.#clock = clock;
    this.#turns = turns;
    this.#hosts = hosts;
    this.#backlogs = backlogs;
  }

  /** One that was dropped tries again, if it is wanted still. */
  again(rows: PoolRows, connections: ConnectionRows, connection: number, life: number): void {
    if (connections.life[connection] === life) this.begin(rows, connections, connection, 0);
  }

  /** It wants to stand, after so long; its worker is told when it does. */
  begin(rows: PoolRows, connections: ConnectionRows, connection: number, afterMs: number): void {
    const pool = connections.pool[connection] as number;
    const life = connections.life[connection] as number;
    const atMs = this.#clock.now + afterMs;
    const cluster = rows.cluster[pool] as number;
    const host = rows.host[pool] as number;
    const app = this.#hosts.app(cluster, host);
    if (
      this.#hosts.listener(cluster, host) === NONE &&
      app !== NONE &&
      !this.#backlogs.takes(app, atMs)
    ) {
      const retryMs = this.#backlogs.retryMs(add(connections.drops, connection, 1));
      this.#clock.at(NONE, atMs + retryMs, EVENT.connect, connection, life);
      return;
    }
    const worker = rows.worker[pool] as number;
    this.#turns.post(worker, atMs + this.connectMs, MESSAGE.connected, connection, life);
  }
}

/** How connections come to stand: at once, or later where too many wait at their other end. */
import { NONE } from '../model.ts';
import type { Backlogs } from './backlogs.ts';
import { type Clock, EVENT } from './clock.ts';
import type { Connection } from './state.ts';
import type { Turns } from './turns.ts';

export class Connects {
  connectMs = 0;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #backlogs: Backlogs;

  constructor(clock: Clock, turns: Turns, backlogs: Backlogs) {
    this.#clock = clock;
    this.#turns = turns;
    this.#backlogs = backlogs;
  }

  /** One that was dropped tries again, if it is wanted still. */
  again(connection: Connection, life: number): void {
    if (connection.life === life) this.begin(connection, 0);
  }

  /** It wants to stand, after so long; its worker is told when it does. */
  begin(connection: Connection, afterMs: number): void {
    const { id, life, pool } = connection;
    const { listener, app } = pool.host;
    const atMs = this.#clock.now + afterMs;
    if (listener === null && app !== null && !this.#backlogs.takes(app, atMs)) {
      connection.drops += 1;
      const retryMs = this.#backlogs.retryMs(connection.drops);
      this.#clock.at(NONE, atMs + retryMs, EVENT.connect, id, life);
      return;
    }
    this.#turns.post(pool.worker, atMs + this.connectMs, 'connected', id, life);
  }
}

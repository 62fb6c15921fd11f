/**
 * Applications that let few connections wait to be accepted: TCP drops what comes beyond, and tries again
 * a second later, then after twice as long each time (listen(2); RFC 6298, 2.1 and 5.5).
 */
import { type Draws, PURPOSE } from './random.ts';
import type { AppState } from './state.ts';

const RETRY_MS = 1000;

export class Backlogs {
  wakeMs = 0;
  readonly #draws: Draws;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** Whether a connection that reaches an application then may wait there; Linux lets in one more. */
  takes(app: AppState, atMs: number): boolean {
    const { backlog } = app.is;
    if (backlog === Infinity) return true;
    if (app.acceptsMs <= atMs) {
      app.accepts += 1;
      app.unaccepted = 0;
      // It sleeps, and is woken, or is busy yet.
      const share = this.#draws.share(app.index, (app.accepts << 4) | PURPOSE.wake);
      app.acceptsMs = Math.max(atMs - Math.log(1 - share) * this.wakeMs, app.freeMs);
    }
    if (app.unaccepted > backlog) return false;
    app.unaccepted += 1;
    return true;
  }

  /** How long after it was dropped so often a connection comes again, in ms. */
  retryMs(drops: number): number {
    return RETRY_MS * 2 ** (drops - 1);
  }
}

/**
 * Applications that let few connections wait to be accepted: TCP drops what comes beyond, and tries again
 * a second later, then after twice as long each time (listen(2); RFC 6298, 2.1 and 5.5).
 */
import type { Model } from '../model.ts';
import { type Draws, PURPOSE } from './random.ts';

/** When an application has done what came before. */
export interface Busy {
  freeAt(app: number): number;
}

const RETRY_MS = 1000;

export class Backlogs {
  wakeMs = 0;
  #busy!: Busy;
  readonly #draws: Draws;
  /** By application: how many may wait; Infinity for any number. */
  #most = new Float64Array(0);
  /** Until when it does not accept, and how many came until then. */
  #acceptsAt = new Float64Array(0);
  #waiting = new Int32Array(0);
  #turns = new Int32Array(0);

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  serve(busy: Busy): void {
    this.#busy = busy;
  }

  configure({ apps }: Model): void {
    this.#most = Float64Array.from(apps, ({ backlog }) => backlog);
    this.#acceptsAt = new Float64Array(apps.length);
    this.#waiting = new Int32Array(apps.length);
    this.#turns = new Int32Array(apps.length);
  }

  reset(): void {
    this.#acceptsAt.fill(0);
    this.#waiting.fill(0);
    this.#turns.fill(0);
  }

  /** Whether a connection that reaches an application then may wait there; Linux lets in one more. */
  takes(app: number, atMs: number): boolean {
    const most = this.#most[app] as number;
    if (most === Infinity) return true;
    if ((this.#acceptsAt[app] as number) <= atMs) {
      const turn = (this.#turns[app] as number) + 1;
      this.#turns[app] = turn;
      this.#waiting[app] = 0;
      // It sleeps, and is woken, or is busy yet.
      const wokenMs =
        -Math.log(1 - this.#draws.share(app, (turn << 4) | PURPOSE.wake)) * this.wakeMs;
      this.#acceptsAt[app] = Math.max(atMs + wokenMs, this.#busy.freeAt(app));
    }
    const waiting = (this.#waiting[app] as number) + 1;
    if (waiting > most + 1) return false;
    this.#waiting[app] = waiting;
    return true;
  }

  /** How long after it was dropped so often a connection comes again, in ms. */
  retryMs(drops: number): number {
    return RETRY_MS * 2 ** (drops - 1);
  }
}

/** The listeners that find a limit of requests under way by themselves, and turn away what is beyond it. */
import type { Clock } from './clock.ts';
import { GradientController } from './gradient.ts';
import type { ListenerState } from './listeners.ts';
import { type Draws, PURPOSE } from './random.ts';
import type { Visit } from './state.ts';

export class Admission {
  #listeners: readonly ListenerState[] = [];
  readonly #clock: Clock;
  readonly #draws: Draws;

  constructor(clock: Clock, draws: Draws) {
    this.#clock = clock;
    this.#draws = draws;
  }

  configure(listeners: readonly ListenerState[]): void {
    this.#listeners = listeners;
  }

  reset(): void {
    for (const [index, listener] of this.#listeners.entries()) {
      const { adaptive } = listener.is;
      if (adaptive === undefined) continue;
      let measurements = 0;
      const jitter = (): number => {
        measurements += 1;
        return this.#draws.share(index, PURPOSE.start | (measurements << 5));
      };
      listener.controller = new GradientController(adaptive, jitter);
    }
  }

  /** Whether a request may go on; one that may is waited for. */
  admits(visit: Visit): boolean {
    const { controller } = visit.listener;
    if (controller === null) return true;
    const { now } = this.#clock;
    if (!controller.admit(now)) return false;
    visit.admittedMs = now;
    return true;
  }

  /** A request has its answer, or is given up. */
  ended({ listener: { controller }, admittedMs }: Visit, isAnswered: boolean): void {
    if (controller === null || admittedMs < 0) return;
    if (isAnswered) controller.complete(this.#clock.now, admittedMs);
    else controller.cancel();
  }

  /** The limits that were found by now. */
  limits(): number[] {
    const { now } = this.#clock;
    return this.#listeners.flatMap(({ controller }) => controller?.limitAt(now) ?? []);
  }
}

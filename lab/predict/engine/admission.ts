/** The listeners that find a limit of requests under way by themselves, and turn away what is beyond it. */
import type { Listener, Model } from '../model.ts';
import type { Clock } from './clock.ts';
import { GradientController } from './gradient.ts';
import { type Draws, PURPOSE } from './random.ts';
import type { Visit } from './state.ts';

export class Admission {
  #listeners: readonly Listener[] = [];
  /** By listener. */
  #controllers: (GradientController | undefined)[] = [];
  readonly #clock: Clock;
  readonly #draws: Draws;

  constructor(clock: Clock, draws: Draws) {
    this.#clock = clock;
    this.#draws = draws;
  }

  configure({ listeners }: Model): void {
    this.#listeners = listeners;
  }

  reset(): void {
    this.#controllers = this.#listeners.map(({ adaptive }, listener) => {
      if (adaptive === undefined) return undefined;
      let measurements = 0;
      const jitter = (): number => {
        measurements += 1;
        return this.#draws.share(listener, PURPOSE.start | (measurements << 5));
      };
      return new GradientController(adaptive, jitter);
    });
  }

  /** Whether a request may go on; one that may is waited for. */
  admits(visit: Visit): boolean {
    const controller = this.#controllers[visit.listener];
    if (controller === undefined) return true;
    const { now } = this.#clock;
    if (!controller.admit(now)) return false;
    visit.admittedMs = now;
    return true;
  }

  /** A request has its answer, or is given up. */
  ended(visit: Visit, isAnswered: boolean): void {
    const { admittedMs } = visit;
    if (admittedMs < 0) return;
    const controller = this.#controllers[visit.listener];
    if (isAnswered) controller?.complete(this.#clock.now, admittedMs);
    else controller?.cancel();
  }

  /** The limits that were found by now. */
  limits(): number[] {
    const { now } = this.#clock;
    return this.#controllers.flatMap((controller) => controller?.limitAt(now) ?? []);
  }
}

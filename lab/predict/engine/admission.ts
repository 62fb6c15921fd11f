/** The listeners that find a limit of requests under way by themselves, and turn away what is beyond it. */
import type { Listener, Model } from '../model.ts';
import type { Clock } from './clock.ts';
import { GradientController } from './gradient.ts';
import { type Draws, PURPOSE } from './random.ts';
import type { Visits } from './visits.ts';

export class Admission {
  #listeners: readonly Listener[] = [];
  /** By listener. */
  #controllers: (GradientController | undefined)[] = [];
  readonly #clock: Clock;
  readonly #draws: Draws;
  readonly #visits: Visits;

  constructor(clock: Clock, draws: Draws, visits: Visits) {
    this.#clock = clock;
    this.#draws = draws;
    this.#visits = visits;
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
  admits(visit: number): boolean {
    const controller = this.#controllers[this.#visits.listener[visit] as number];
    if (controller === undefined) return true;
    const { now } = this.#clock;
    if (!controller.admit(now)) return false;
    this.#visits.admittedMs[visit] = now;
    return true;
  }

  /** A request has its answer, or is given up. */
  ended(visit: number, isAnswered: boolean): void {
    const admittedMs = this.#visits.admittedMs[visit] as number;
    if (admittedMs < 0) return;
    const controller = this.#controllers[this.#visits.listener[visit] as number];
    if (isAnswered) controller?.complete(this.#clock.now, admittedMs);
    else controller?.cancel();
  }

  /** The limits that were found by now. */
  limits(): number[] {
    const { now } = this.#clock;
    return this.#controllers.flatMap((controller) => controller?.limitAt(now) ?? []);
  }
}

/** The worker threads of the proxies: each does one thing after the other, and sleeps in between. */
import type { Costs } from '../costs.ts';
import { NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import { type Draws, PURPOSE } from './random.ts';

export class Turns {
  /** Until when each worker of each proxy is busy. */
  free = new Float64Array(0);
  readonly #clock: Clock;
  readonly #draws: Draws;
  #workerMs = 0;
  #wakeMs = 0;
  #acceptMs = 0;
  #turnLane = NONE;
  #wakeLane = NONE;
  /** When each worker is ready to accept the next connection. */
  #accepting = new Float64Array(0);
  /** How often a worker was woken so far. */
  #wakes = 0;

  constructor(clock: Clock, draws: Draws) {
    this.#clock = clock;
    this.#draws = draws;
  }

  configure({ workerMs, wakeMs, acceptMs }: Costs, workers: number): void {
    this.free = new Float64Array(workers);
    this.#accepting = new Float64Array(workers);
    this.#workerMs = workerMs;
    this.#wakeMs = wakeMs;
    this.#acceptMs = acceptMs;
    this.#turnLane = this.#clock.ownLane(workerMs);
    this.#wakeLane = this.#clock.ownLane(wakeMs);
  }

  reset(): void {
    this.free.fill(0);
    this.#accepting.fill(0);
    this.#wakes = 0;
  }

  /**
   * Whether a worker has accepted the new connection of a visit by now: it accepts one after the other,
   * and reads in between what came on others. Else the visit's request comes in when it has.
   */
  accepts(worker: number, visit: number, life: number): boolean {
    const { now } = this.#clock;
    const acceptedMs = Math.max(now, this.#accepting[worker] as number);
    this.#accepting[worker] = acceptedMs + this.#acceptMs;
    if (acceptedMs <= now) return true;
    this.#clock.at(this.#turnLane, acceptedMs, EVENT.request, visit, life);
    return false;
  }

  /** Whether a worker takes it up now; else it does so as soon as it is free. */
  has(worker: number, code: number, row: number, number: number): boolean {
    const { now } = this.#clock;
    const free = this.free[worker] as number;
    if (free <= now) {
      if (this.#wakeMs === 0) {
        this.free[worker] = now + this.#workerMs;
        return true;
      }
      // Who sleeps is woken first; what comes meanwhile is seen to in the same turn.
      this.#wakes += 1;
      const share = this.#draws.share(worker, (this.#wakes << 4) | PURPOSE.wake);
      const awake = now - this.#wakeMs * Math.log(1 - share);
      this.free[worker] = awake + this.#workerMs;
      this.#clock.at(this.#wakeLane, awake, code | EVENT.inTurn, row, number);
      return false;
    }
    this.free[worker] = free + this.#workerMs;
    this.#clock.at(this.#turnLane, free, code | EVENT.inTurn, row, number);
    return false;
  }
}

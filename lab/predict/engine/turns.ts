/**
 * The worker threads of the proxies: each reads what came to it in the order in which it came, one
 * thing after the other, and sleeps where nothing is there. Only what a worker does next is an event.
 */
import type { Costs } from '../costs.ts';
import { NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import { Inboxes, type MESSAGE } from './inboxes.ts';
import { type Draws, PURPOSE } from './random.ts';

/** Exponential waits of mean 1, at the middles of equal parts: a logarithm for each takes longer. */
const WAIT_BITS = 10;
const WAITS = Float64Array.from(
  { length: 1 << WAIT_BITS },
  (_, part) => -Math.log(1 - (part + 0.5) / (1 << WAIT_BITS)),
);

export class Turns {
  readonly inboxes = new Inboxes();
  /** Until when each worker of each proxy is busy. */
  #free = new Float64Array(0);
  readonly #clock: Clock;
  readonly #draws: Draws;
  #workerMs = 0;
  #wakeMs = 0;
  #acceptMs = 0;
  #turnLane = NONE;
  /** When each worker is ready to accept the next connection. */
  #accepting = new Float64Array(0);
  /** How often each worker was woken so far, or is being. */
  #wakes = new Int32Array(0);
  /** Tells a worker's next turn from one that was put off. */
  #turn = new Int32Array(0);
  /** The worker that has its turn at this moment. */
  #working = NONE;

  constructor(clock: Clock, draws: Draws) {
    this.#clock = clock;
    this.#draws = draws;
  }

  configure({ workerMs, wakeMs, acceptMs }: Costs, workers: number): void {
    if (this.#free.length !== workers) {
      this.#free = new Float64Array(workers);
      this.#accepting = new Float64Array(workers);
      this.#wakes = new Int32Array(workers);
      this.#turn = new Int32Array(workers);
    }
    this.inboxes.configure(workers);
    this.#workerMs = workerMs;
    this.#wakeMs = wakeMs;
    this.#acceptMs = acceptMs;
    this.#turnLane = this.#clock.ownLane(workerMs);
  }

  reset(): void {
    this.#free.fill(0);
    this.#accepting.fill(0);
    this.#wakes.fill(0);
    this.#turn.fill(0);
    this.#working = NONE;
    this.inboxes.reset();
  }

  /**
   * When a worker has accepted a new connection, at the earliest then: it accepts one after the other,
   * and reads in between what came on others.
   */
  acceptedAt(worker: number, atMs: number): number {
    const acceptedMs = Math.max(atMs, this.#accepting[worker] as number);
    this.#accepting[worker] = acceptedMs + this.#acceptMs;
    return acceptedMs;
  }

  /** A worker does something else for so long. */
  isBusyFor(worker: number, ms: number): void {
    this.#free[worker] = Math.max(this.#clock.now, this.#free[worker] as number) + ms;
  }

  /** Something is there for a worker to read, then. */
  post(
    worker: number,
    atMs: number,
    kind: (typeof MESSAGE)[keyof typeof MESSAGE],
    row: number,
    number: number,
  ): void {
    if (this.inboxes.put(worker, atMs, kind, row, number) && worker !== this.#working) {
      this.#schedule(worker, atMs);
    }
  }

  /** A worker's turn: takes what it reads out of its inbox. @returns false for one that was put off */
  begin(worker: number, turn: number): boolean {
    if (this.#turn[worker] !== turn) return false;
    const { now } = this.#clock;
    const free = this.#free[worker] as number;
    // Who waited was not woken.
    if (this.#wakeMs > 0 && this.inboxes.firstMs(worker) >= free) {
      this.#wakes[worker] = (this.#wakes[worker] as number) + 1;
    }
    this.#free[worker] = Math.max(now, free) + this.#workerMs;
    this.inboxes.take(worker);
    this.#working = worker;
    return true;
  }

  /** The turn is over; the next one is for what came meanwhile. */
  end(worker: number): void {
    this.#working = NONE;
    const firstMs = this.inboxes.firstMs(worker);
    if (firstMs < Infinity) this.#schedule(worker, firstMs);
  }

  #schedule(worker: number, firstMs: number): void {
    const turn = (this.#turn[worker] as number) + 1;
    this.#turn[worker] = turn;
    const free = this.#free[worker] as number;
    if (firstMs < free) {
      this.#clock.at(this.#turnLane, free, EVENT.turn, worker, turn);
    } else if (this.#wakeMs === 0) {
      this.#clock.at(this.#turnLane, firstMs, EVENT.turn, worker, turn);
    } else {
      // Who sleeps is woken first; what comes meanwhile is seen to in the turns after that.
      const draw = ((this.#wakes[worker] as number) << 4) | PURPOSE.wake;
      const part = WAITS[this.#draws.bits(worker, draw) >>> (32 - WAIT_BITS)] as number;
      this.#clock.at(this.#turnLane, firstMs + this.#wakeMs * part, EVENT.turn, worker, turn);
    }
  }
}

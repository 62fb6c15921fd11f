/**
 * The turns of the proxies' workers: each reads what came to it in the order in which it came, one
 * thing after the other, and sleeps where nothing is there. Only what a worker does next is an event.
 */
import { type Model, NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import { type Draws, PURPOSE } from './random.ts';
import { type Message, type MessageKind, Messages, NO_WORKER, Worker } from './workers.ts';

/** Exponential waits of mean 1, at the middles of equal parts: a logarithm for each takes longer. */
const WAIT_BITS = 10;
const WAITS = Float64Array.from(
  { length: 1 << WAIT_BITS },
  (_, part) => -Math.log(1 - (part + 0.5) / (1 << WAIT_BITS)),
);

export class Turns {
  /** Of all proxies, one after the other. */
  workers: readonly Worker[] = [];
  /** By proxy. */
  of: readonly (readonly Worker[])[] = [];
  readonly #messages = new Messages();
  readonly #clock: Clock;
  readonly #draws: Draws;
  #workerMs = 0;
  #wakeMs = 0;
  #acceptMs = 0;
  #turnLane = NONE;
  /** The worker that has its turn at this moment. */
  #working = NO_WORKER;

  constructor(clock: Clock, draws: Draws) {
    this.#clock = clock;
    this.#draws = draws;
  }

  configure({ proxies, costs: { workerMs, wakeMs, acceptMs } }: Model): void {
    let index = 0;
    this.of = proxies.map(({ workers }) =>
      Array.from({ length: workers }, (_, own) => new Worker(index++, own)),
    );
    this.workers = this.of.flat();
    this.#workerMs = workerMs;
    this.#wakeMs = wakeMs;
    this.#acceptMs = acceptMs;
    this.#turnLane = this.#clock.ownLane(workerMs);
  }

  reset(): void {
    for (const worker of this.workers) worker.reset();
    this.#working = NO_WORKER;
    this.#messages.clear();
  }

  at(index: number): Worker {
    return this.workers[index] as Worker;
  }

  /**
   * When a worker has accepted a new connection, at the earliest then: it accepts one after the other,
   * and reads in between what came on others.
   */
  acceptedAt(worker: Worker, atMs: number): number {
    const acceptedMs = Math.max(atMs, worker.acceptsMs);
    worker.acceptsMs = acceptedMs + this.#acceptMs;
    return acceptedMs;
  }

  /** A worker does something else for so long. */
  isBusyFor(worker: Worker, ms: number): void {
    worker.freeMs = Math.max(this.#clock.now, worker.freeMs) + ms;
  }

  /** Something is there for a worker to read, then. */
  post(worker: Worker, atMs: number, kind: MessageKind, row: number, number: number): void {
    if (this.#messages.put(worker, atMs, kind, row, number) && worker !== this.#working) {
      this.#schedule(worker);
    }
  }

  /** A worker's turn: what it reads. @returns null for one that was put off */
  begin(worker: Worker, turn: number): Message | null {
    const { first } = worker;
    if (worker.turn !== turn || first === null) return null;
    const { now } = this.#clock;
    const { freeMs } = worker;
    // Who waited was not woken.
    if (this.#wakeMs > 0 && first.ms >= freeMs) worker.wakes += 1;
    worker.freeMs = Math.max(now, freeMs) + this.#workerMs;
    this.#messages.take(worker, first);
    this.#working = worker;
    return first;
  }

  /** The turn is over; the next one is for what came meanwhile. */
  end(worker: Worker): void {
    this.#working = NO_WORKER;
    this.#schedule(worker);
  }

  #schedule(worker: Worker): void {
    const { first, freeMs, index } = worker;
    if (first === null) return;
    worker.turn += 1;
    const { turn } = worker;
    const firstMs = first.ms;
    let atMs = firstMs;
    if (firstMs < freeMs) {
      atMs = freeMs;
    } else if (this.#wakeMs > 0) {
      // Who sleeps is woken first; what comes meanwhile is seen to in the turns after that.
      const draw = (worker.wakes << 4) | PURPOSE.wake;
      const part = WAITS[this.#draws.bits(index, draw) >>> (32 - WAIT_BITS)] as number;
      atMs = firstMs + this.#wakeMs * part;
    }
    this.#clock.at(this.#turnLane, atMs, EVENT.turn, index, turn);
  }
}

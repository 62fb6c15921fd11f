/** What came to each worker and was not read yet, in the order of time. */
import { NONE } from '../model.ts';
import { ints, Slots } from './rows.ts';

/** What a worker reads: a number of its row tells whether that is the same still. */
export const MESSAGE = { request: 0, response: 1, connected: 2 } as const;

const BITS = 2;

class Messages {
  readonly slots = new Slots(this);
  ms = new Float64Array(64);
  /** The row that it is about, and a MESSAGE. */
  what = ints();
  number = ints();
  next = ints();
  previous = ints();
}

export class Inboxes {
  /** The message that `take` took. */
  kind = 0;
  row = 0;
  number = 0;
  readonly #messages = new Messages();
  #first = new Int32Array(0);
  #last = new Int32Array(0);

  configure(workers: number): void {
    if (this.#first.length === workers) return;
    this.#first = new Int32Array(workers);
    this.#last = new Int32Array(workers);
  }

  reset(): void {
    this.#messages.slots.clear();
    this.#first.fill(NONE);
    this.#last.fill(NONE);
  }

  /** When the first one came; Infinity where there is none. */
  firstMs(worker: number): number {
    const first = this.#first[worker] as number;
    return first === NONE ? Infinity : (this.#messages.ms[first] as number);
  }

  /** @returns whether it is the first */
  put(worker: number, atMs: number, kind: number, row: number, number: number): boolean {
    const messages = this.#messages;
    const message = messages.slots.take();
    const { ms, next, previous } = messages;
    ms[message] = atMs;
    messages.what[message] = (row << BITS) | kind;
    messages.number[message] = number;
    let before = this.#last[worker] as number;
    let after = NONE;
    while (before !== NONE && (ms[before] as number) > atMs) {
      after = before;
      before = previous[before] as number;
    }
    next[message] = after;
    previous[message] = before;
    if (after === NONE) this.#last[worker] = message;
    else previous[after] = message;
    if (before === NONE) this.#first[worker] = message;
    else next[before] = message;
    return before === NONE;
  }

  /** Takes the first one out; there must be one. */
  take(worker: number): void {
    const messages = this.#messages;
    const message = this.#first[worker] as number;
    const next = messages.next[message] as number;
    this.#first[worker] = next;
    if (next === NONE) this.#last[worker] = NONE;
    else messages.previous[next] = NONE;
    const what = messages.what[message] as number;
    this.kind = what & ((1 << BITS) - 1);
    this.row = what >> BITS;
    this.number = messages.number[message] as number;
    messages.slots.giveBack(message);
  }
}

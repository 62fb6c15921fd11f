/** The worker threads of the proxies, and what came to each that it has not read yet. */
import { NONE } from '../model.ts';
import { Rows } from './rows.ts';

/** What a worker reads. */
export type MessageKind = 'request' | 'response' | 'connected';

export class Message {
  readonly id: number;
  /** When it came. */
  ms = 0.5;
  kind: MessageKind = 'request';
  /** What it is about, and a number that tells whether that is what it was still. */
  row = 0;
  number = 0;
  next: Message | null = null;
  previous: Message | null = null;

  constructor(id: number) {
    this.id = id;
  }
}

export class Worker {
  /** Among those of all proxies. */
  readonly index: number;
  /** Among those of its proxy. */
  readonly own: number;
  /** Until when it is busy. */
  freeMs = 0.5;
  /** When it is ready to accept the next connection. */
  acceptsMs = 0.5;
  /** How often it was woken so far, or is being. */
  wakes = 0;
  /** Tells its next turn from one that was put off. */
  turn = 0;
  /** What it has not read yet, in the order of time. */
  first: Message | null = null;
  last: Message | null = null;

  constructor(index: number, own: number) {
    this.index = index;
    this.own = own;
  }

  reset(): void {
    this.freeMs = 0;
    this.acceptsMs = 0;
    this.wakes = 0;
    this.turn = 0;
    this.first = null;
    this.last = null;
  }
}

/** Where no proxy is. */
export const NO_WORKER = new Worker(NONE, NONE);

export class Messages {
  readonly #rows = new Rows((id) => new Message(id));

  clear(): void {
    this.#rows.clear();
  }

  /** Comes to a worker, then. @returns whether it is the first that it has not read */
  put(worker: Worker, atMs: number, kind: MessageKind, row: number, number: number): boolean {
    const message = this.#rows.take();
    message.ms = atMs;
    message.kind = kind;
    message.row = row;
    message.number = number;
    let before = worker.last;
    let after: Message | null = null;
    while (before !== null && before.ms > atMs) {
      after = before;
      before = before.previous;
    }
    message.next = after;
    message.previous = before;
    if (after === null) worker.last = message;
    else after.previous = message;
    if (before === null) worker.first = message;
    else before.next = message;
    return before === null;
  }

  /** Takes the first one out; it stands until the next is put. */
  take(worker: Worker, message: Message): void {
    const { next } = message;
    worker.first = next;
    if (next === null) worker.last = null;
    else next.previous = null;
    this.#rows.giveBack(message);
  }
}

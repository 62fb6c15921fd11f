/** The times at which a run sent its requests, in place of a load's own: to compare request by request. */
import { type Client, NONE } from '../model.ts';
import { EVENT } from './clock.ts';
import type { LoadParts } from './loadParts.ts';

/** One entry a request; the times of a client do not go back. */
export interface SendTrace {
  /** Index in `Model.clients`. */
  readonly client: readonly number[];
  readonly batch: readonly number[];
  /** Since the start. */
  readonly sentMs: readonly number[];
  /** Whether it was sent because all before it were answered, and is sent so here; none where unset. */
  readonly follows?: readonly boolean[];
}

interface Entry {
  readonly batch: number;
  readonly dueMs: number;
  readonly follows: boolean;
}

export type Open = (
  client: number,
  batch: number,
  index: number,
  atMs: number,
  sentMs: number,
) => void;

export class Replay {
  isOn = false;
  /** Clients whose requests were all answered. */
  done = 0;
  readonly #parts: LoadParts;
  readonly #open: Open;
  /** By client. */
  #entries: (readonly Entry[])[] = [];
  /** Under way at once: the workers of a closed loop. */
  #most: number[] = [];
  #next: number[] = [];
  #waiting: number[] = [];
  /** Whether its next send is set. */
  #isSet: boolean[] = [];
  /** How much later than recorded what follows an answer was sent, and what came with it. */
  #shiftMs: number[] = [];

  constructor(parts: LoadParts, open: Open) {
    this.#parts = parts;
    this.#open = open;
  }

  reset(trace: SendTrace | undefined, clients: readonly Client[]): void {
    this.isOn = trace !== undefined;
    this.done = 0;
    if (trace === undefined) return;
    this.#entries = clients.map((_, client) =>
      trace.client.flatMap((one, index) => {
        if (one !== client) return [];
        const [batch = 0, dueMs = 0] = [trace.batch[index], trace.sentMs[index]];
        return [{ batch, dueMs, follows: trace.follows?.[index] ?? false }];
      }),
    );
    this.#most = clients.map(({ load }) => (load.mode === 'closed' ? load.workers : Infinity));
    this.#next = clients.map(() => 0);
    this.#waiting = clients.map(() => 0);
    this.#isSet = clients.map(() => false);
    this.#shiftMs = clients.map(() => 0);
    for (let client = 0; client < clients.length; client += 1) this.#setNext(client, 0);
  }

  send(client: number): void {
    const { clock, answers } = this.#parts;
    const index = this.#next[client] as number;
    const { batch, dueMs, follows } = this.#entries[client]?.[index] as Entry;
    const sentMs = clock.now - answers.hopMs;
    if (follows) this.#shiftMs[client] = sentMs - dueMs;
    this.#next[client] = index + 1;
    this.#isSet[client] = false;
    this.#waiting[client] = (this.#waiting[client] as number) + 1;
    this.#open(client, batch, index, clock.now, sentMs);
    this.#setNext(client, clock.now);
  }

  answered(client: number, atMs: number): void {
    this.#waiting[client] = (this.#waiting[client] as number) - 1;
    if (this.#isSet[client] === false) this.#setNext(client, atMs + this.#parts.answers.hopMs);
  }

  #setNext(client: number, fromMs: number): void {
    const index = this.#next[client] as number;
    const entries = this.#entries[client] as readonly Entry[];
    const entry = entries[index];
    const waiting = this.#waiting[client] as number;
    if (entry === undefined) {
      if (waiting === 0) this.done += 1;
      return;
    }
    // An answer to come sets it.
    if (waiting >= (entry.follows ? 1 : (this.#most[client] as number))) return;
    if (entry.follows) {
      this.#at(client, fromMs);
      return;
    }
    if (entry.batch !== entries[index - 1]?.batch) this.#shiftMs[client] = 0;
    const dueMs = entry.dueMs + (this.#shiftMs[client] as number) + this.#parts.answers.hopMs;
    this.#at(client, Math.max(fromMs, dueMs));
  }

  #at(client: number, atMs: number): void {
    this.#isSet[client] = true;
    this.#parts.clock.at(NONE, atMs, EVENT.send, client, 0);
  }
}

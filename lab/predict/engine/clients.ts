/** The clients, each with what it has sent, what it waits for, and what it will send. */
import { type Client, type Door, type Load, type Model, NONE } from '../model.ts';
import type { Worker } from './workers.ts';

/** A worker of a closed loop, which keeps its connection. */
export interface Looping {
  readonly number: number;
  /** The number of the request that it sends next. */
  next: number;
  /** Where its connection leads; null where it has to connect first. */
  door: Door | null;
  /** The proxy's worker at the other end. */
  worker: Worker;
}

export class ClientState {
  readonly index: number;
  readonly is: Client;
  readonly load: Load;
  readonly inBatches: boolean;
  readonly timeoutMs: number;
  /** Whether no other client's requests enter its proxy. */
  readonly isAlone: boolean;
  /** Which of its doors the next connection leads to. */
  door = 0;
  /** Of its batch, or at all; under way; and batches that it has finished, or whether all was sent. */
  sent = 0;
  waiting = 0;
  finished = 0;
  /** When the last answer came. */
  endedMs = 0.5;
  /** Until when it is busy with answers. */
  freeMs = 0.5;
  /** Its oldest request that may be under way, its newest, and whether its clock is set. */
  oldest: number = NONE;
  newest: number = NONE;
  isTiming = false;
  /** Requests of an open loop that were due, and when the last of them was. */
  dueCount = 0;
  dueMs = 0.5;
  /** The workers of a closed loop, and how many of them have more to send. */
  looping: Looping[] = [];
  loopsLeft = 0;

  constructor(index: number, client: Client, isAlone: boolean) {
    this.index = index;
    this.is = client;
    this.load = client.load;
    this.inBatches = client.load.mode === 'batch';
    this.timeoutMs = client.timeoutMs;
    this.isAlone = isAlone;
  }

  reset(): void {
    this.door = 0;
    this.sent = this.waiting = this.finished = 0;
    this.endedMs = this.freeMs = 0;
    this.oldest = this.newest = NONE;
    this.isTiming = false;
    this.dueCount = 0;
    this.dueMs = 0;
    this.looping = [];
    this.loopsLeft = 0;
  }

  /** What its request is known by to the draws. */
  who(index: number): number {
    return Math.imul(this.index + 1, 0x632be5ab) + index;
  }
}

export function clientsOf(model: Model): readonly ClientState[] {
  const users = new Map<number, number>();
  const { clients, listeners } = model;
  const proxiesOf = ({ doors }: Client): number[] => [
    ...new Set(doors.flatMap(({ listener }) => listeners[listener]?.proxy ?? [])),
  ];
  for (const proxy of clients.flatMap(proxiesOf)) users.set(proxy, (users.get(proxy) ?? 0) + 1);
  return clients.map((client, index) => {
    const isOnly = proxiesOf(client).every((proxy) => users.get(proxy) === 1);
    return new ClientState(index, client, client.doors.length === 1 && isOnly);
  });
}

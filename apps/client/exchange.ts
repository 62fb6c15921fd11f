/** One request and its response, with the instants that matter. */
import { randomUUID } from 'node:crypto';
import { now } from '../common/clock.ts';
import { type Asker, Connection } from './connection.ts';
import type { Response } from './response.ts';
import type { Target } from './target.ts';

export interface Outcome {
  /** The response's status, or 0 where none came in full. */
  readonly status: number;
  /** Why there is none: a code of the system such as ECONNREFUSED, TIMEOUT or STOPPED. */
  readonly error?: string;
  /** The client's end of its connection, `ip:port`; undefined where that never stood. */
  readonly from?: string | undefined;
  /** Epoch ms. */
  readonly endedAt: number;
  /** Length of the body. */
  readonly bytes: number;
  /** Those response headers that tell who answered, and why. */
  readonly headers: Record<string, string>;
}

const TELLING_HEADERS = [
  'server',
  'x-served-by',
  'x-envoy-upstream-service-time',
  'x-envoy-attempt-count',
  'x-envoy-overloaded',
];

/**
 * Opening and sending are two steps, so that many requests can leave together once all their
 * connections stand.
 */
export class Exchange implements Asker {
  readonly id = randomUUID();
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  readonly #connection: Connection;
  readonly #keeps: boolean;
  readonly #request: string;
  readonly #timer: NodeJS.Timeout;
  #sentAt = now();
  #isOver = false;
  #resolve!: (outcome: Outcome) => void;

  /** @param kept a connection that carries one request after the other; else one of its own */
  constructor(target: Target, kept?: Connection) {
    this.#keeps = kept !== undefined;
    this.#connection = kept ?? new Connection(target.address);
    this.#request = target.request(this.id, this.#keeps);
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timer = setTimeout(() => {
      this.cancel('TIMEOUT');
    }, target.timeoutMs);
    this.#connection.claim(this);
  }

  /** Resolves when the connection stands, or when it is known that it never will. */
  get connected(): Promise<void> {
    return this.#connection.connected;
  }

  /** Epoch ms of `send`, or of the opening where the connection failed before. */
  get sentAt(): number {
    return this.#sentAt;
  }

  /** Sends the request, now or as soon as its connection stands; `sentAt` may date it back. */
  send(sentAt = now()): void {
    if (this.#isOver) return;
    this.#sentAt = sentAt;
    this.#connection.write(this.#request);
  }

  /** Gives up; the outcome has this error unless the response was there already. */
  cancel(error: string): void {
    if (!this.#isOver) this.#connection.destroy(error);
  }

  answered({ status, bytes, headers }: Response): void {
    this.#end({ status, endedAt: now(), bytes, headers: tellingHeaders(headers) });
    if (!this.#keeps) this.#connection.end();
  }

  failed(error: string): void {
    this.#end({ status: 0, error, endedAt: now(), bytes: 0, headers: {} });
  }

  #end(outcome: Outcome): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#resolve({ ...outcome, from: this.#connection.from });
  }
}

function tellingHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of TELLING_HEADERS) {
    const value = headers.get(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

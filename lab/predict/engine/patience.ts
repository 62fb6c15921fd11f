/** How long clients wait: of each the requests in the order of sending, and a clock for the oldest. */
import { type Client, type Model, NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import type { Requests } from './requests.ts';

export class Patience {
  readonly #clock: Clock;
  readonly #requests: Requests;
  #clients: readonly Client[] = [];
  #oldest = new Int32Array(0);
  #newest = new Int32Array(0);
  /** Whether the clock is set for a client. */
  #timing = new Uint8Array(0);

  constructor(clock: Clock, requests: Requests) {
    this.#clock = clock;
    this.#requests = requests;
  }

  configure({ clients }: Model): void {
    this.#clients = clients;
    this.#oldest = new Int32Array(clients.length);
    this.#newest = new Int32Array(clients.length);
    this.#timing = new Uint8Array(clients.length);
  }

  reset(): void {
    this.#oldest.fill(NONE);
    this.#newest.fill(NONE);
    this.#timing.fill(0);
  }

  /** A client waits for one more request. */
  begin(client: number, request: number, sentMs: number): void {
    const { timeoutMs } = this.#clients[client] as Client;
    if (timeoutMs === Infinity) return;
    if (this.#oldest[client] === NONE) this.#oldest[client] = request;
    else this.#requests.next[this.#newest[client] as number] = request;
    this.#newest[client] = request;
    if (this.#timing[client] !== 0) return;
    this.#timing[client] = 1;
    this.#clock.at(NONE, sentMs + timeoutMs, EVENT.clientTimeout, client, 0);
  }

  /** A request that a client has waited too long for; after the last, NONE, the clock is set again. */
  overdue(client: number): number {
    const requests = this.#requests;
    const { timeoutMs } = this.#clients[client] as Client;
    let oldest = this.#oldest[client] as number;
    while (oldest !== NONE && !requests.isUnderWay(oldest)) {
      oldest = requests.next[oldest] as number;
    }
    this.#oldest[client] = oldest;
    this.#timing[client] = oldest === NONE ? 0 : 1;
    if (oldest === NONE) return NONE;
    const deadline = (requests.sentMs[oldest] as number) + timeoutMs;
    if (deadline <= this.#clock.now) return oldest;
    this.#clock.at(NONE, deadline, EVENT.clientTimeout, client, 0);
    return NONE;
  }
}

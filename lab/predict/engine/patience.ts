/** How long clients wait: of each the requests in the order of sending, and a clock for the oldest. */
import { NONE } from '../model.ts';
import type { ClientState } from './clients.ts';
import { type Clock, EVENT } from './clock.ts';
import type { Requests } from './requests.ts';

export class Patience {
  readonly #clock: Clock;
  readonly #requests: Requests;

  constructor(clock: Clock, requests: Requests) {
    this.#clock = clock;
    this.#requests = requests;
  }

  /** A client waits for one more request. */
  begin(client: ClientState, request: number, sentMs: number): void {
    const { timeoutMs, newest } = client;
    if (timeoutMs === Infinity) return;
    if (client.oldest === NONE) client.oldest = request;
    else this.#requests.next[newest] = request;
    client.newest = request;
    if (client.isTiming) return;
    client.isTiming = true;
    this.#clock.at(NONE, sentMs + timeoutMs, EVENT.clientTimeout, client.index, 0);
  }

  /** A request that a client has waited too long for; after the last, NONE, the clock is set again. */
  overdue(client: ClientState): number {
    const requests = this.#requests;
    let { oldest } = client;
    while (oldest !== NONE && !requests.isUnderWay(oldest)) {
      oldest = requests.next[oldest] as number;
    }
    client.oldest = oldest;
    client.isTiming = oldest !== NONE;
    if (oldest === NONE) return NONE;
    const deadline = (requests.sentMs[oldest] as number) + client.timeoutMs;
    if (deadline <= this.#clock.now) return oldest;
    this.#clock.at(NONE, deadline, EVENT.clientTimeout, client.index, 0);
    return NONE;
  }
}

/** What became of requests so far, while their experiment runs. */
import type { ClientEvent } from '../../apps/contract.ts';

export class Tally {
  #startedAt = Date.now();
  /** By the client's own account, which may reach this machine later. */
  #begunAt: number | undefined;
  #lastAt = 0;
  #sent = 0;
  #answered = 0;
  #refused = 0;

  count(event: ClientEvent): void {
    if (event.event === 'batch') {
      this.#begunAt = Math.min(this.#begunAt ?? Infinity, event.startedAt);
      this.#startedAt = this.#begunAt;
    }
    if (event.event === 'sent') this.#sent += 1;
    if (event.event === 'response') {
      this.#lastAt = Math.max(this.#lastAt, event.endedAt);
      if (event.status >= 200 && event.status < 500) this.#answered += 1;
      else this.#refused += 1;
    }
  }

  /** Such as `5 answered, 4 refused, 1 in flight, 2.0 s`. */
  text(): string {
    const waiting = this.#sent - this.#answered - this.#refused;
    const flight = waiting > 0 ? `, ${waiting} in flight` : '';
    // What has ended took as long as its last response.
    const until = waiting > 0 ? Date.now() : Math.max(this.#lastAt, this.#startedAt);
    const seconds = ((until - this.#startedAt) / 1000).toFixed(1);
    return `${this.#answered} answered, ${this.#refused} refused${flight}, ${seconds} s`;
  }
}

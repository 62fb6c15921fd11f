/** Collects what clients and proxies say while the run goes on. */
import { type AccessLogEntry, parseAccessLog } from '../observation/accessLog.ts';
import {
  type ClientEvent,
  type ClientResponse,
  parseClientLine,
} from '../observation/clientLog.ts';
import {
  byRequest,
  connectionUses,
  type ProxyLog,
  type ProxyRole,
} from '../observation/requests.ts';
import { firstWarmBatch } from '../observation/warmUp.ts';

export class Recorder {
  readonly responses: ClientResponse[] = [];
  readonly logs: ProxyLog[] = [];
  readonly #clients: number;
  readonly #onEvent: (event: ClientEvent) => void;
  readonly #sizes = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  readonly #done = new Set<string>();
  #batches = 0;

  constructor(clients: number, onEvent: (event: ClientEvent) => void) {
    this.#clients = clients;
    this.#onEvent = onEvent;
  }

  clientLine(line: string): void {
    const event = parseClientLine(line);
    if (event !== undefined) this.clientEvent(event);
  }

  clientEvent(event: ClientEvent): void {
    switch (event.event) {
      case 'batch':
        this.#sizes.set(`${event.client} ${event.batch}`, event.size ?? Infinity);
        break;
      case 'response': {
        const key = `${event.client} ${event.batch}`;
        this.responses.push(event);
        this.#answered.set(key, (this.#answered.get(key) ?? 0) + 1);
        break;
      }
      case 'done':
        this.#done.add(event.client);
        break;
      case 'sent':
        break;
    }
    this.#onEvent(event);
  }

  proxyLine(pod: string, role: ProxyRole, line: string): void {
    const entry: AccessLogEntry | undefined = parseAccessLog(line);
    if (entry !== undefined) this.logs.push({ pod, role, entry });
  }

  /** Whether a client has said that it has nothing more to send. */
  hasDone(client: string): boolean {
    return this.#done.has(client);
  }

  get allDone(): boolean {
    return this.#done.size === this.#clients;
  }

  /** Batches that every client has finished, counted from the first without a gap. */
  get finishedBatches(): number {
    while (this.#isFinished(this.#batches)) this.#batches += 1;
    return this.#batches;
  }

  /** Of the first batches, those that were warm by what was logged so far. */
  warmBatches(batches: number): number {
    const finished = this.responses.filter(({ batch }) => batch < batches);
    const logs = byRequest(this.logs);
    return batches - firstWarmBatch(batches, connectionUses(finished, logs));
  }

  #isFinished(batch: number): boolean {
    const sizes = [...this.#sizes].filter(([key]) => key.endsWith(` ${batch}`));
    return (
      sizes.length === this.#clients &&
      sizes.every(([key, size]) => (this.#answered.get(key) ?? 0) >= size)
    );
  }
}

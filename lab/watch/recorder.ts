/** Collects what clients and proxies say while the run goes on. */
import type { Role } from '../../experiment/roles.ts';
import type { ClientEvent, ClientResponse } from '../../apps/contract.ts';
import { type AccessLogEntry, parseAccessLog } from '../../envoy/accessLog.ts';
import { parseClientLine } from './clientLog.ts';
import { type Lag, disturbances } from '../analysis/disturbance.ts';
import { withConnections } from '../analysis/connections.ts';
import { byRequest, connectionUses, type ProxyLog } from '../analysis/requests.ts';
import type { Disturbance } from '../../experiment/observation.ts';
import { firstWarmBatch } from '../analysis/warmUp.ts';

export class Recorder {
  readonly responses: ClientResponse[] = [];
  readonly lags: Lag[] = [];
  readonly #lines: ProxyLog[] = [];
  readonly #clients: number;
  readonly #onEvent: (event: ClientEvent) => void;
  readonly #begun = new Map<string, Extract<ClientEvent, { event: 'batch' }>>();
  readonly #inBatches: boolean;
  readonly #answered = new Map<string, number>();
  readonly #done = new Set<string>();
  #batches = 0;
  #heardAt = Date.now();

  /**
   * @param clients how many there are
   * @param inBatches whether all requests of a batch are due at once
   */
  constructor(clients: number, inBatches: boolean, onEvent: (event: ClientEvent) => void) {
    this.#clients = clients;
    this.#inBatches = inBatches;
    this.#onEvent = onEvent;
  }

  clientLine(line: string): void {
    const event = parseClientLine(line);
    if (event !== undefined) this.clientEvent(event);
  }

  clientEvent(event: ClientEvent): void {
    if (event.event !== 'lag') this.#heardAt = Date.now();
    switch (event.event) {
      case 'batch':
        this.#begun.set(`${event.client} ${event.batch}`, event);
        break;
      case 'response': {
        const key = `${event.client} ${event.batch}`;
        this.responses.push(event);
        this.#answered.set(key, (this.#answered.get(key) ?? 0) + 1);
        break;
      }
      case 'lag':
        this.lags.push({ ...event, who: `${event.client} was late` });
        break;
      case 'done':
        this.#done.add(event.client);
        break;
      case 'ready':
      case 'sent':
        break;
    }
    this.#onEvent(event);
  }

  proxyLine(pod: string, role: Role, line: string): void {
    const entry: AccessLogEntry | undefined = parseAccessLog(line);
    if (entry !== undefined) this.#lines.push({ pod, role, entry });
  }

  /** What the proxies logged so far, each line with the request that it is of. */
  get logs(): readonly ProxyLog[] {
    return withConnections(this.#lines, this.responses);
  }

  /** How long no client has said anything of its load, in ms. */
  silentFor(): number {
    return Date.now() - this.#heardAt;
  }

  /** Whose batch has not ended, for the message that it never did. */
  waitedFor(clients: readonly string[]): string {
    const batch = this.finishedBatches;
    const missing = clients.filter((client) => !this.#isAnswered(client, batch));
    return `batch ${batch + 1} of ${missing.join(', ')}`;
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

  /** The number of the first warm batch, by what was logged so far; `batches` where none was. */
  firstWarm(batches: number): number {
    const finished = this.responses.filter(({ batch }) => batch < batches);
    return firstWarmBatch(batches, connectionUses(finished, byRequest(this.logs)));
  }

  /** Of the first batches, those in which somebody lagged by more than changes no outcome. */
  disturbances(batches: number, toleratedMs: number): Disturbance[] {
    const { responses, lags } = this;
    const dueAt = ({ client, batch, index = 0 }: ClientResponse): number | undefined => {
      const { dueAt: first, gapMs = 0 } = this.#begun.get(`${client} ${batch}`) ?? {};
      return this.#inBatches && first !== undefined ? first + index * gapMs : undefined;
    };
    return disturbances({ batches, responses, lags, toleratedMs, dueAt });
  }

  #isFinished(batch: number): boolean {
    const begun = [...this.#begun].filter(([, event]) => event.batch === batch);
    return (
      begun.length === this.#clients &&
      begun.every(([, { client }]) => this.#isAnswered(client, batch))
    );
  }

  #isAnswered(client: string, batch: number): boolean {
    const key = `${client} ${batch}`;
    // A load that is bounded by time has no size: it has ended when its client says so.
    const size = this.#begun.get(key)?.size ?? (this.hasDone(client) ? 0 : Infinity);
    return (this.#answered.get(key) ?? 0) >= size;
  }
}

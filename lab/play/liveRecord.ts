/**
 * What becomes of the requests while the load goes on without an end: counted by batch, or by the second
 * in which they ended; what has been counted is forgotten.
 */
import type { ClientResponse } from '../../apps/contract.ts';
import { parseAccessLog } from '../../envoy/accessLog.ts';
import type { Thresholds } from '../../envoy/thresholds.ts';
import type { Role } from '../../experiment/roles.ts';
import { countsOf } from '../analysis/outcomeCounts.ts';
import { outcomeWord } from '../analysis/outcomeWords.ts';
import { withConnections } from '../analysis/connections.ts';
import {
  byRequest,
  connectionUses,
  milliseconds,
  type ProxyLog,
  requestKey,
  requestsOf,
} from '../analysis/requests.ts';
import { kindOf } from '../report/html/kinds.ts';
import { poolSizes } from '../analysis/warmUp.ts';
import { parseClientLine } from '../watch/clientLog.ts';

export interface Bucket {
  /** The number of the batch from 1 on, or the second since the start. */
  readonly at: number;
  readonly inBatches: boolean;
  /** Whether nothing more will come to it. */
  readonly isDone: boolean;
  /** Whether no proxy used more connections than before, with the same settings (lab/analysis/warmUp.ts). */
  readonly isWarm: boolean;
  /** Which settings it belongs to, counted from 0. */
  readonly epoch: number;
  /** Requests by the word of their outcome (lab/analysis/outcomeWords.ts). */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests by their kind (lab/report/html/kinds.ts). */
  readonly kinds: Readonly<Record<string, number>>;
}

export interface LiveRecordOptions {
  readonly podAt: (address: string) => string;
  readonly workloadOf: (pod: string) => string;
  readonly limitsOf: (pod: string, cluster: string) => Thresholds | undefined;
}

export interface Way {
  readonly inBatches: boolean;
  readonly clients: number;
  /** As it runs; 0 for none. */
  readonly serviceTimeMs: number;
  /** A proxy's line comes this long after its request has ended, at the most. */
  readonly loggedMs: number;
}

/** A client's line comes this long after its request has ended, at the most. */
const LATE_MS = 1000;
/** Kept for a page to show. */
const MOST_BUCKETS = 120;
/** Lines of requests that nobody will tell of, such as those of a client that was killed. */
const MOST_LOGS = 50_000;

export class LiveRecord {
  readonly startedAt = Date.now();
  readonly #options: LiveRecordOptions;
  #way: Way = { inBatches: true, clients: 0, serviceTimeMs: 0, loggedMs: 0 };
  #epoch = 0;
  /** Of the batches of the load that goes on: the first is this one. */
  #offset = 0;
  #nextBatch = 0;
  #sizes = new Map<number, number[]>();
  #epochs = new Map<number, number>();
  #responses: ClientResponse[] = [];
  #logs: ProxyLog[] = [];
  #done: Bucket[] = [];
  /** The most connections that each proxy has used for a batch, or in a second. */
  #pools = { epoch: -1, largest: new Map<string, number>() };

  constructor(options: LiveRecordOptions) {
    this.#options = options;
  }

  /** From now on requests are sent so; what came before is counted as it is. */
  begin(way: Way): void {
    this.#close();
    this.#way = way;
    this.#offset = this.#nextBatch;
  }

  /** From now on settings are other ones. */
  turned(): number {
    this.#epoch += 1;
    return this.#epoch;
  }

  /** How an answer is called changes with it. @param ms as it runs */
  takes(ms: number): void {
    this.#way = { ...this.#way, serviceTimeMs: ms };
  }

  clientLine(line: string): void {
    const event = parseClientLine(line);
    if (event?.event === 'batch' && event.size !== null) {
      const batch = this.#offset + event.batch;
      this.#nextBatch = Math.max(this.#nextBatch, batch + 1);
      this.#sizes.set(batch, [...(this.#sizes.get(batch) ?? []), event.size]);
      if (!this.#epochs.has(batch)) this.#epochs.set(batch, this.#epoch);
    }
    if (event?.event === 'response') {
      this.#responses.push({ ...event, batch: this.#offset + event.batch });
    }
  }

  proxyLine(pod: string, role: Role, line: string): void {
    const entry = parseAccessLog(line);
    if (entry !== undefined) this.#logs.push({ pod, role, entry });
    if (this.#logs.length > MOST_LOGS) this.#logs.splice(0, MOST_LOGS / 2);
  }

  /** The latest, in the order of time; those that are still open last. @param now epoch ms */
  buckets(now = Date.now()): Bucket[] {
    const open = this.#counted(now);
    const finished = open.filter(({ isDone }) => isDone).map((one) => this.#withWarmth(one));
    if (finished.length > 0) this.#forget(new Set(finished.map(({ at }) => at)));
    this.#keep(finished);
    return [...this.#done, ...open.filter(({ isDone }) => !isDone)];
  }

  #withWarmth(bucket: Bucket): Bucket {
    const responses = this.#responses.filter((one) => this.#isIn(one, bucket.at));
    const sizes = poolSizes(connectionUses(responses, byRequest(this.#logs)));
    // Other settings have pools of their own.
    if (bucket.epoch !== this.#pools.epoch) {
      this.#pools = { epoch: bucket.epoch, largest: new Map() };
    }
    const { largest } = this.#pools;
    const isWarm = [...sizes].every(([proxy, size]) => size <= (largest.get(proxy) ?? 0));
    for (const [proxy, size] of sizes) largest.set(proxy, Math.max(size, largest.get(proxy) ?? 0));
    return { ...bucket, isWarm };
  }

  #isIn({ batch, endedAt }: ClientResponse, at: number): boolean {
    return this.#placeOf({ batch, endedMs: milliseconds(endedAt - this.startedAt) }) === at;
  }

  #close(): void {
    const open = this.#counted(Infinity);
    this.#keep(open.map((one) => ({ ...one, isDone: true })));
    this.#responses = [];
    this.#logs = [];
    this.#sizes.clear();
  }

  /** A second may be counted in parts, of the load before and the one after. */
  #keep(finished: readonly Bucket[]): void {
    const all = [...this.#done];
    for (const one of finished) {
      const last = all.at(-1);
      const isSame = last?.at === one.at && last.inBatches === one.inBatches;
      if (isSame) all.pop();
      all.push(isSame ? added(last, one) : one);
    }
    this.#done = all.slice(-MOST_BUCKETS);
  }

  #counted(now: number): Bucket[] {
    const { podAt, workloadOf, limitsOf } = this.#options;
    const { inBatches, serviceTimeMs, loggedMs } = this.#way;
    const requests = requestsOf({
      ...{ startedAt: this.startedAt, batches: Infinity, warmsUp: false },
      responses: this.#responses.filter(({ endedAt }) => endedAt <= now - loggedMs),
      logs: withConnections(this.#logs, this.#responses),
      ...{ podAt, workloadOf },
      limitsOf: (pod, { upstreamCluster }) =>
        upstreamCluster === undefined ? undefined : limitsOf(pod, upstreamCluster),
    });
    return [...Map.groupBy(requests, (one) => this.#placeOf(one))]
      .sort(([a], [b]) => a - b)
      .map(([at, all]) => ({
        ...{ at, inBatches, isWarm: false, isDone: this.#isDone(at, all.length, now) },
        epoch: inBatches ? (this.#epochs.get(at - 1) ?? this.#epoch) : this.#epoch,
        outcomes: countsOf(all.map((one) => outcomeWord(one, serviceTimeMs))),
        kinds: countsOf(all.map(kindOf)),
      }));
  }

  #placeOf({ batch, endedMs }: { readonly batch: number; readonly endedMs: number }): number {
    return this.#way.inBatches ? batch + 1 : Math.floor(endedMs / 1000);
  }

  #isDone(at: number, count: number, now: number): boolean {
    const { inBatches, clients } = this.#way;
    if (!inBatches) return now - LATE_MS > this.startedAt + (at + 1) * 1000;
    const sizes = this.#sizes.get(at - 1) ?? [];
    return sizes.length >= clients && count >= sizes.reduce((sum, size) => sum + size, 0);
  }

  #forget(places: ReadonlySet<number>): void {
    const isGone = (one: ClientResponse): boolean => [...places].some((at) => this.#isIn(one, at));
    const gone = new Set(this.#responses.filter(isGone).map(({ id }) => requestKey(id)));
    this.#responses = this.#responses.filter((one) => !isGone(one));
    this.#logs = this.#logs.filter(({ entry }) => !gone.has(requestKey(entry.requestId)));
    for (const at of places) this.#sizes.delete(at - 1);
    for (const at of places) this.#epochs.delete(at - 1);
  }
}

function added(a: Bucket, b: Bucket): Bucket {
  return { ...b, outcomes: sums(a.outcomes, b.outcomes), kinds: sums(a.kinds, b.kinds) };
}

function sums(a: Bucket['kinds'], b: Bucket['kinds']): Bucket['kinds'] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

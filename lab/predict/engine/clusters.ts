/** The clusters of all proxies: their limits, what counts against them now, and Envoy's counters. */
import { COUNTERS, type Counter, type Gauge } from '../../../envoy/statistics.ts';
import type { Thresholds } from '../../../envoy/thresholds.ts';
import type { Cluster } from '../model.ts';
import { add } from './rows.ts';

/** Where a counter stands among a cluster's. */
export function indexOf(counter: Counter): number {
  return COUNTERS.indexOf(counter);
}

export const CX_TOTAL = indexOf('upstream_cx_total');
export const CX_OVERFLOW = indexOf('upstream_cx_overflow');
export const CX_CONNECT_FAIL = indexOf('upstream_cx_connect_fail');
export const CX_MAX_REQUESTS = indexOf('upstream_cx_max_requests');
export const CX_CLOSE_NOTIFY = indexOf('upstream_cx_close_notify');
export const RQ_TOTAL = indexOf('upstream_rq_total');
export const RQ_COMPLETED = indexOf('upstream_rq_completed');
export const RQ_2XX = indexOf('upstream_rq_2xx');
export const RQ_4XX = indexOf('upstream_rq_4xx');
export const RQ_5XX = indexOf('upstream_rq_5xx');
export const RQ_PENDING_TOTAL = indexOf('upstream_rq_pending_total');
export const RQ_PENDING_OVERFLOW = indexOf('upstream_rq_pending_overflow');
export const RQ_ACTIVE_OVERFLOW = indexOf('upstream_rq_active_overflow');
export const RQ_TIMEOUT = indexOf('upstream_rq_timeout');
export const RQ_RETRY = indexOf('upstream_rq_retry');
export const RQ_RETRY_SUCCESS = indexOf('upstream_rq_retry_success');
export const RQ_RETRY_OVERFLOW = indexOf('upstream_rq_retry_overflow');
export const RQ_RETRY_LIMIT = indexOf('upstream_rq_retry_limit_exceeded');

export class Clusters {
  #count = 0;
  readonly #limits: Record<keyof Thresholds, Float64Array> = {
    max_connections: new Float64Array(0),
    max_pending_requests: new Float64Array(0),
    max_requests: new Float64Array(0),
    max_retries: new Float64Array(0),
  };
  budgetShare = new Float64Array(0);
  budgetLeast = new Float64Array(0);
  /** Now. */
  cx = new Int32Array(0);
  pending = new Int32Array(0);
  rq = new Int32Array(0);
  retries = new Int32Array(0);
  /** The most at any time. */
  cxPeak = new Int32Array(0);
  pendingPeak = new Int32Array(0);
  rqPeak = new Int32Array(0);
  retriesPeak = new Int32Array(0);
  /** By cluster and then COUNTERS. */
  counters = new Int32Array(0);

  configure(clusters: readonly Cluster[]): void {
    const { length } = clusters;
    if (length !== this.#count) this.#make(length);
    clusters.forEach(({ limits, retryBudget }, cluster) => {
      for (const [name, column] of Object.entries(this.#limits)) {
        column[cluster] = limits[name as keyof Thresholds];
      }
      this.budgetShare[cluster] = retryBudget?.share ?? -1;
      this.budgetLeast[cluster] = retryBudget?.least ?? 0;
    });
  }

  reset(): void {
    for (const column of [this.cx, this.pending, this.rq, this.retries]) column.fill(0);
    for (const column of [this.cxPeak, this.pendingPeak, this.rqPeak]) column.fill(0);
    this.retriesPeak.fill(0);
    this.counters.fill(0);
  }

  count(cluster: number, counter: number): void {
    add(this.counters, cluster * COUNTERS.length + counter, 1);
  }

  hasRoomForConnection(cluster: number): boolean {
    return (this.cx[cluster] as number) < (this.#limits.max_connections[cluster] as number);
  }

  hasRoomForPending(cluster: number): boolean {
    return (
      (this.pending[cluster] as number) < (this.#limits.max_pending_requests[cluster] as number)
    );
  }

  hasRoomForRequest(cluster: number): boolean {
    return (this.rq[cluster] as number) < (this.#limits.max_requests[cluster] as number);
  }

  /** A budget is of what is active and pending, and takes the limit's place. */
  hasRoomForRetry(cluster: number): boolean {
    const share = this.budgetShare[cluster] as number;
    const most =
      share < 0
        ? (this.#limits.max_retries[cluster] as number)
        : Math.max(
            Math.trunc(share * ((this.rq[cluster] as number) + (this.pending[cluster] as number))),
            this.budgetLeast[cluster] as number,
          );
    return (this.retries[cluster] as number) < most;
  }

  connectionOpened(cluster: number): void {
    this.count(cluster, CX_TOTAL);
    const now = add(this.cx, cluster, 1);
    if (now > (this.cxPeak[cluster] as number)) this.cxPeak[cluster] = now;
  }

  queued(cluster: number): void {
    this.count(cluster, RQ_PENDING_TOTAL);
    const now = add(this.pending, cluster, 1);
    if (now > (this.pendingPeak[cluster] as number)) this.pendingPeak[cluster] = now;
  }

  attached(cluster: number): void {
    this.count(cluster, RQ_TOTAL);
    const now = add(this.rq, cluster, 1);
    if (now > (this.rqPeak[cluster] as number)) this.rqPeak[cluster] = now;
  }

  retrying(cluster: number): void {
    this.count(cluster, RQ_RETRY);
    const now = add(this.retries, cluster, 1);
    if (now > (this.retriesPeak[cluster] as number)) this.retriesPeak[cluster] = now;
  }

  answered(cluster: number, status: number): void {
    this.count(cluster, RQ_COMPLETED);
    if (status < 300) this.count(cluster, RQ_2XX);
    else if (status >= 500) this.count(cluster, RQ_5XX);
    else if (status >= 400) this.count(cluster, RQ_4XX);
  }

  isUsed(cluster: number): boolean {
    const used = [
      RQ_TOTAL,
      RQ_PENDING_TOTAL,
      RQ_PENDING_OVERFLOW,
      RQ_ACTIVE_OVERFLOW,
      RQ_COMPLETED,
    ];
    return used.some((counter) => this.counters[cluster * COUNTERS.length + counter] !== 0);
  }

  /** The most that each gauge showed; a breaker is open while what it counts has reached its limit. */
  peaksOf(cluster: number): Partial<Record<Gauge, number>> {
    const opens = (peaks: Int32Array, limit: keyof Thresholds): number =>
      (peaks[cluster] as number) >= (this.#limits[limit][cluster] as number) ? 1 : 0;
    return {
      upstream_cx_active: this.cxPeak[cluster] as number,
      upstream_rq_active: this.rqPeak[cluster] as number,
      upstream_rq_pending_active: this.pendingPeak[cluster] as number,
      'circuit_breakers.default.cx_open': opens(this.cxPeak, 'max_connections'),
      'circuit_breakers.default.rq_open': opens(this.rqPeak, 'max_requests'),
      'circuit_breakers.default.rq_pending_open': opens(this.pendingPeak, 'max_pending_requests'),
      'circuit_breakers.default.rq_retry_open': opens(this.retriesPeak, 'max_retries'),
    };
  }

  #make(count: number): void {
    this.#count = count;
    for (const name of Object.keys(this.#limits)) {
      this.#limits[name as keyof Thresholds] = new Float64Array(count);
    }
    this.budgetShare = new Float64Array(count);
    this.budgetLeast = new Float64Array(count);
    this.cx = new Int32Array(count);
    this.pending = new Int32Array(count);
    this.rq = new Int32Array(count);
    this.retries = new Int32Array(count);
    this.cxPeak = new Int32Array(count);
    this.pendingPeak = new Int32Array(count);
    this.rqPeak = new Int32Array(count);
    this.retriesPeak = new Int32Array(count);
    this.counters = new Int32Array(count * COUNTERS.length);
  }
}

/** The clusters of all proxies: their limits, what counts against them now, and Envoy's counters. */
import { COUNTERS, type Counter, type Gauge } from '../../../envoy/statistics.ts';
import type { Balancer, Cluster, Endpoint, Model, Outlier } from '../model.ts';
import type { Clock } from './clock.ts';

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

/** Whether any of these counted says whether a cluster was called. */
const USES = [RQ_TOTAL, RQ_PENDING_TOTAL, RQ_PENDING_OVERFLOW, RQ_ACTIVE_OVERFLOW, RQ_COMPLETED];

/** More than ever counts against a limit: those that are none are whole numbers of a machine's, too. */
const MOST = 2 ** 30;

const BALANCERS: readonly Balancer[] = ['least-request', 'round-robin', 'random', 'hash'];
/** By their place among these: words are slow to compare where a model came from another thread. */
export const LEAST_REQUEST = 0;
export const ROUND_ROBIN = 1;
export const HASH = 3;

/** A cluster of one proxy. */
export class ClusterState {
  /** In the model. */
  readonly index: number;
  readonly is: Cluster;
  readonly endpoints: readonly Endpoint[];
  /** Where its endpoints begin among those of all clusters. */
  readonly place: number;
  /** Its own, by COUNTERS. */
  readonly counters: Int32Array;
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  readonly balancer: number;
  readonly hasPriorities: boolean;
  readonly outlier: Outlier | null;
  /** Streams that a connection carries at once. */
  readonly streams: number;
  /** Infinity for never. */
  readonly idleMs: number;
  readonly idleLane: number;
  /** The endpoints that the workers know to be healthy; null where all are. */
  healthy: Int32Array | null = null;
  /** Now. */
  cx = 0;
  pending = 0;
  rq = 0;
  retries = 0;
  ejected = 0;
  /** The most at any time. */
  cxPeak = 0;
  pendingPeak = 0;
  rqPeak = 0;
  retriesPeak = 0;
  ejectedPeak = 0;

  constructor(
    index: number,
    cluster: Cluster,
    endpoints: readonly Endpoint[],
    place: number,
    counters: Int32Array,
    clock: Clock,
  ) {
    const { limits, streams, idleTimeoutMs, outlier, priorities } = cluster;
    this.index = index;
    this.is = cluster;
    this.endpoints = endpoints;
    this.place = place;
    this.counters = counters;
    this.maxConnections = Math.min(limits.max_connections, MOST);
    this.maxPendingRequests = Math.min(limits.max_pending_requests, MOST);
    this.maxRequests = Math.min(limits.max_requests, MOST);
    this.maxRetries = Math.min(limits.max_retries, MOST);
    this.balancer = BALANCERS.indexOf(cluster.balancer);
    this.hasPriorities = priorities.length > 0;
    this.outlier = outlier;
    this.streams = Math.min(streams, MOST);
    this.idleMs = idleTimeoutMs;
    this.idleLane = clock.lane(idleTimeoutMs);
  }

  reset(): void {
    this.healthy = null;
    this.cx = this.pending = this.rq = this.retries = this.ejected = 0;
    this.cxPeak = this.pendingPeak = this.rqPeak = this.retriesPeak = this.ejectedPeak = 0;
  }

  count(counter: number): void {
    this.counters[counter] = (this.counters[counter] as number) + 1;
  }

  get hasRoomForConnection(): boolean {
    return this.cx < this.maxConnections;
  }

  get hasRoomForPending(): boolean {
    return this.pending < this.maxPendingRequests;
  }

  get hasRoomForRequest(): boolean {
    return this.rq < this.maxRequests;
  }

  /** A budget is of what is active and pending, and takes the limit's place. */
  get hasRoomForRetry(): boolean {
    const { retryBudget } = this.is;
    if (retryBudget === null) return this.retries < this.maxRetries;
    const most = Math.trunc(retryBudget.share * (this.rq + this.pending));
    return this.retries < Math.max(most, retryBudget.least);
  }

  connectionOpened(): void {
    this.count(CX_TOTAL);
    this.cx += 1;
    if (this.cx > this.cxPeak) this.cxPeak = this.cx;
  }

  queued(): void {
    this.count(RQ_PENDING_TOTAL);
    this.pending += 1;
    if (this.pending > this.pendingPeak) this.pendingPeak = this.pending;
  }

  attached(): void {
    this.count(RQ_TOTAL);
    this.rq += 1;
    if (this.rq > this.rqPeak) this.rqPeak = this.rq;
  }

  retrying(): void {
    this.count(RQ_RETRY);
    this.retries += 1;
    if (this.retries > this.retriesPeak) this.retriesPeak = this.retries;
  }

  answered(status: number): void {
    this.count(RQ_COMPLETED);
    if (status < 300) this.count(RQ_2XX);
    else if (status >= 500) this.count(RQ_5XX);
    else if (status >= 400) this.count(RQ_4XX);
  }

  get isUsed(): boolean {
    return USES.some((counter) => this.counters[counter] !== 0);
  }

  /** The most that each gauge showed; a breaker is open while what it counts has reached its limit. */
  get peaks(): Partial<Record<Gauge, number>> {
    const opens = (peak: number, limit: number): number => (peak >= limit ? 1 : 0);
    return {
      upstream_cx_active: this.cxPeak,
      upstream_rq_active: this.rqPeak,
      upstream_rq_pending_active: this.pendingPeak,
      'outlier_detection.ejections_active': this.ejectedPeak,
      'circuit_breakers.default.cx_open': opens(this.cxPeak, this.maxConnections),
      'circuit_breakers.default.rq_open': opens(this.rqPeak, this.maxRequests),
      'circuit_breakers.default.rq_pending_open': opens(this.pendingPeak, this.maxPendingRequests),
      'circuit_breakers.default.rq_retry_open': opens(this.retriesPeak, this.maxRetries),
    };
  }
}

export class Clusters {
  /** By their index in the model. */
  all: readonly ClusterState[] = [];
  /** Endpoints of all of them. */
  places = 0;
  /** Of all of them, by cluster and then COUNTERS. */
  counters = new Int32Array(0);

  configure({ clusters, endpointSets }: Model, clock: Clock): void {
    const size = COUNTERS.length;
    this.counters = new Int32Array(clusters.length * size);
    this.places = 0;
    this.all = clusters.map((cluster, index) => {
      const endpoints = endpointSets[cluster.endpoints] ?? [];
      const own = this.counters.subarray(index * size, (index + 1) * size);
      const state = new ClusterState(index, cluster, endpoints, this.places, own, clock);
      this.places += endpoints.length;
      return state;
    });
  }

  reset(): void {
    for (const state of this.all) state.reset();
    this.counters.fill(0);
  }

  at(index: number): ClusterState {
    return this.all[index] as ClusterState;
  }
}

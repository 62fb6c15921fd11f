/** The clusters of all proxies: their limits, what counts against them now, and Envoy's counters. */
import { COUNTERS, type Counter, type Gauge } from '../../../envoy/statistics.ts';
import type { Balancer, Cluster, Endpoint, Model, Outlier } from '../model.ts';
import type { Clock } from './clock.ts';

/** No run has as many of anything: a limit that is none (UNLIMITED) is compared as fast as any other. */
const MOST = 2 ** 30;

/** Words of its own: those of a model that came from another thread are slow to compare. */
const BALANCERS: readonly Balancer[] = ['least-request', 'round-robin', 'random', 'hash'];

export type Counters = Record<Counter, number>;

function zeros(): Counters {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, 0])) as Counters;
}

/** A cluster of one proxy. */
export class ClusterState {
  /** In the model. */
  readonly index: number;
  readonly is: Cluster;
  readonly endpoints: readonly Endpoint[];
  /** Where its endpoints begin among those of all clusters. */
  readonly place: number;
  readonly counters = zeros();
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  readonly balancer: Balancer;
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
    clock: Clock,
  ) {
    const { limits, streams, idleTimeoutMs, outlier, priorities } = cluster;
    this.index = index;
    this.is = cluster;
    this.endpoints = endpoints;
    this.place = place;
    this.maxConnections = Math.min(limits.max_connections, MOST);
    this.maxPendingRequests = Math.min(limits.max_pending_requests, MOST);
    this.maxRequests = Math.min(limits.max_requests, MOST);
    this.maxRetries = Math.min(limits.max_retries, MOST);
    this.balancer = BALANCERS.find((one) => one === cluster.balancer) ?? cluster.balancer;
    this.hasPriorities = priorities.length > 0;
    this.outlier = outlier;
    this.streams = Math.min(streams, MOST);
    this.idleMs = idleTimeoutMs;
    this.idleLane = clock.lane(idleTimeoutMs);
  }

  reset(): void {
    for (const counter of COUNTERS) this.counters[counter] = 0;
    this.healthy = null;
    this.cx = this.pending = this.rq = this.retries = this.ejected = 0;
    this.cxPeak = this.pendingPeak = this.rqPeak = this.retriesPeak = this.ejectedPeak = 0;
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
    this.counters.upstream_cx_total += 1;
    this.cx += 1;
    if (this.cx > this.cxPeak) this.cxPeak = this.cx;
  }

  queued(): void {
    this.counters.upstream_rq_pending_total += 1;
    this.pending += 1;
    if (this.pending > this.pendingPeak) this.pendingPeak = this.pending;
  }

  attached(): void {
    this.counters.upstream_rq_total += 1;
    this.rq += 1;
    if (this.rq > this.rqPeak) this.rqPeak = this.rq;
  }

  retrying(): void {
    this.counters.upstream_rq_retry += 1;
    this.retries += 1;
    if (this.retries > this.retriesPeak) this.retriesPeak = this.retries;
  }

  answered(status: number): void {
    this.counters.upstream_rq_completed += 1;
    if (status < 300) this.counters.upstream_rq_2xx += 1;
    else if (status >= 500) this.counters.upstream_rq_5xx += 1;
    else if (status >= 400) this.counters.upstream_rq_4xx += 1;
  }

  get isUsed(): boolean {
    const { counters } = this;
    return (
      counters.upstream_rq_total > 0 ||
      counters.upstream_rq_pending_total > 0 ||
      counters.upstream_rq_pending_overflow > 0 ||
      counters.upstream_rq_active_overflow > 0 ||
      counters.upstream_rq_completed > 0
    );
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

  configure({ clusters, endpointSets }: Model, clock: Clock): void {
    this.places = 0;
    this.all = clusters.map((cluster, index) => {
      const endpoints = endpointSets[cluster.endpoints] ?? [];
      const state = new ClusterState(index, cluster, endpoints, this.places, clock);
      this.places += endpoints.length;
      return state;
    });
  }

  reset(): void {
    for (const state of this.all) state.reset();
  }

  at(index: number): ClusterState {
    return this.all[index] as ClusterState;
  }
}

/** Each of a breaker's limits: Istio's name of it, and the statistics that tell how it does. */
import type { Statistic } from '../../envoy/prometheus.ts';
import type { Thresholds } from '../../envoy/thresholds.ts';

export interface Limit {
  /** Envoy's name. */
  readonly name: keyof Thresholds;
  /** Of a DestinationRule. */
  readonly field: string;
  /** What it limits, such as `connections`. */
  readonly of: string;
  /** How many there are; retries have no gauge. */
  readonly active?: Statistic;
  /** 1 while it is reached. */
  readonly open: Statistic;
  /** What it refused. A connection too many is none: its request waits. */
  readonly refused?: Statistic;
  readonly refusal: string;
}

export const LIMITS: readonly Limit[] = [
  {
    name: 'max_connections',
    field: 'maxConnections',
    of: 'connections',
    active: 'upstream_cx_active',
    open: 'circuit_breakers.default.cx_open',
    refusal:
      'What comes now waits for one of them (http1MaxPendingRequests); an idle one counts too.',
  },
  {
    name: 'max_pending_requests',
    field: 'http1MaxPendingRequests',
    of: 'waiting requests',
    active: 'upstream_rq_pending_active',
    open: 'circuit_breakers.default.rq_pending_open',
    refused: 'upstream_rq_pending_overflow',
    refusal: 'Each further one gets 503 with the flag UO at once.',
  },
  {
    name: 'max_requests',
    field: 'http2MaxRequests',
    of: 'requests',
    active: 'upstream_rq_active',
    open: 'circuit_breakers.default.rq_open',
    refused: 'upstream_rq_active_overflow',
    refusal: 'It holds for HTTP/1.1 too. Each further one gets 503 with the flag UO at once.',
  },
  {
    name: 'max_retries',
    field: 'maxRetries',
    of: 'retries',
    open: 'circuit_breakers.default.rq_retry_open',
    refused: 'upstream_rq_retry_overflow',
    refusal: 'What fails now is not tried again: its caller gets the error.',
  },
];

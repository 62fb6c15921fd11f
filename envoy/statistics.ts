/**
 * The statistics that a run records of every cluster of every proxy, by Envoy's own names
 * (envoyproxy.io, Cluster manager, Statistics): what an expectation may name, and what the sampler
 * asks for. Envoy leaves out some that have counted nothing yet, so that only this list can tell a
 * counter that stands at 0 from a name that is misspelt.
 */
import { didYouMean } from '../errors/didYouMean.ts';

export const COUNTERS = [
  'upstream_cx_total',
  'upstream_cx_overflow',
  'upstream_cx_connect_fail',
  'upstream_cx_max_requests',
  'upstream_cx_close_notify',
  'upstream_rq_total',
  'upstream_rq_completed',
  'upstream_rq_2xx',
  'upstream_rq_4xx',
  'upstream_rq_5xx',
  'upstream_rq_pending_total',
  'upstream_rq_pending_overflow',
  // What max_requests refused, which older Envoys (before 1.38) count among the pending overflows.
  'upstream_rq_active_overflow',
  'upstream_rq_timeout',
  'upstream_rq_retry',
  'upstream_rq_retry_success',
  'upstream_rq_retry_overflow',
  'upstream_rq_retry_limit_exceeded',
  'outlier_detection.ejections_detected_consecutive_5xx',
  'outlier_detection.ejections_detected_consecutive_gateway_failure',
  'outlier_detection.ejections_enforced_consecutive_5xx',
  'outlier_detection.ejections_enforced_consecutive_gateway_failure',
  'outlier_detection.ejections_enforced_total',
  'outlier_detection.ejections_overflow',
] as const;
export type Counter = (typeof COUNTERS)[number];

export const GAUGES = [
  'upstream_cx_active',
  'upstream_rq_active',
  'upstream_rq_pending_active',
  'circuit_breakers.default.cx_open',
  'circuit_breakers.default.rq_open',
  'circuit_breakers.default.rq_pending_open',
  'circuit_breakers.default.rq_retry_open',
  'outlier_detection.ejections_active',
  'membership_healthy',
] as const;
export type Gauge = (typeof GAUGES)[number];

export function isCounter(name: string): name is Counter {
  return COUNTERS.some((counter) => counter === name);
}

export function isGauge(name: string): name is Gauge {
  return GAUGES.some((gauge) => gauge === name);
}

/** The sentence for a statistic that no run records, with the nearest one that it does. */
export function unknownStatistic(name: string): string {
  const names = [...COUNTERS, ...GAUGES];
  const ending = names.find((known) => known.endsWith(`.${name}`));
  const hint = ending === undefined ? didYouMean(name, names) : `Did you mean '${ending}'?`;
  return `no such statistic: '${name}'. ${hint}`;
}

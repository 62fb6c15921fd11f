import type { OutlierDetection as Policy } from '../../istio/destinationRule.ts';
import { duration, positive, message } from '../../envoy/proto.ts';
import type { Cluster, OutlierDetection } from '../../envoy/messages.ts';

/**
 * Ejection from a DestinationRule. A count that is not given stays absent, so Envoy's own default
 * is live (consecutive_5xx 5); a count of 0 switches its detector off. Success rates are off and
 * no panic threshold sends requests to ejected endpoints, unless minHealthPercent says so.
 * applyOutlierDetection in istiod; cases outlier-*.
 */
export function outlierDetection(
  policy: Policy | undefined,
  weighsLocalities = false,
): Pick<Cluster, 'outlier_detection' | 'common_lb_config'> {
  const localities = weighsLocalities ? { locality_weighted_lb_config: {} } : {};
  if (policy === undefined) return { common_lb_config: localities };
  const local = policy.splitExternalLocalOriginErrors
    ? positive(policy.consecutiveLocalOriginFailures)
    : undefined;
  return {
    common_lb_config: {
      healthy_panic_threshold: message({ value: positive(policy.minHealthPercent) }),
      ...localities,
    },
    outlier_detection: message<OutlierDetection>({
      consecutive_5xx: policy.consecutive5xxErrors,
      enforcing_consecutive_5xx: enforcing(policy.consecutive5xxErrors),
      consecutive_gateway_failure: policy.consecutiveGatewayErrors,
      enforcing_consecutive_gateway_failure: enforcing(policy.consecutiveGatewayErrors),
      consecutive_local_origin_failure: local,
      enforcing_consecutive_local_origin_failure: enforcing(local),
      enforcing_local_origin_success_rate: policy.splitExternalLocalOriginErrors ? 0 : undefined,
      split_external_local_origin_errors: policy.splitExternalLocalOriginErrors ? true : undefined,
      enforcing_success_rate: 0,
      interval: duration(policy.interval),
      base_ejection_time: duration(policy.baseEjectionTime),
      max_ejection_percent: positive(policy.maxEjectionPercent),
    }),
  };
}

function enforcing(count: number | undefined): number | undefined {
  if (count === undefined) return undefined;
  return count === 0 ? 0 : 100;
}

/** An Envoy cluster as what is simulated, without its endpoints. */
import type {
  Cluster as EnvoyCluster,
  HttpProtocolOptions,
  MatchPredicate,
  OutlierDetection,
} from '../../../envoy/messages.ts';
import type { Thresholds } from '../../../envoy/thresholds.ts';
import { parseDuration } from '../../../istio/duration.ts';
import type { Balancer, Cluster, Outlier } from '../model.ts';

export type ClusterRules = Omit<Cluster, 'proxy' | 'endpoints' | 'priorities'>;

/** Envoy's own limits, of a cluster that says none (envoy.config.cluster.v3.CircuitBreakers). */
const DEFAULT_LIMITS: Thresholds = {
  max_connections: 1024,
  max_pending_requests: 1024,
  max_requests: 1024,
  max_retries: 3,
};

/** Of HTTP/2, where a cluster says none: more than anybody sends. */
const MANY_STREAMS = 2 ** 29;

/** Envoy's healthy_panic_threshold, in percent. */
const PANIC_PERCENT = 50;

const MERGE_WINDOW_MS = 1000;

/** @param timeScale by which the local platform shrinks the window of merged updates as well */
export function clusterOf(cluster: EnvoyCluster, timeScale: number): ClusterRules {
  const thresholds = cluster.circuit_breakers?.thresholds[0];
  const budget = thresholds?.retry_budget;
  const protocol =
    cluster.typed_extension_protocol_options?.[
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
    ];
  const common = protocol?.common_http_protocol_options;
  const panic = cluster.common_lb_config?.healthy_panic_threshold;
  const { outlier_detection: outlier } = cluster;
  return {
    name: cluster.name,
    limits: limitsOf(thresholds),
    retryBudget:
      budget === undefined
        ? null
        : { share: (budget.budget_percent.value ?? 0) / 100, least: budget.min_retry_concurrency },
    balancer: balancerOf(cluster),
    panicShare: (panic === undefined ? PANIC_PERCENT : (panic.value ?? 0)) / 100,
    maxRequestsPerConnection: common?.max_requests_per_connection ?? 0,
    streams: streamsOf(protocol),
    idleTimeoutMs: parseDuration(common?.idle_timeout ?? '') || Infinity,
    outlier:
      outlier === undefined
        ? null
        : outlierOf(outlier, errorsOf(protocol), MERGE_WINDOW_MS * timeScale),
  };
}

function limitsOf(thresholds: Partial<Thresholds> = {}): Thresholds {
  const of = (name: keyof Thresholds): number => thresholds[name] ?? DEFAULT_LIMITS[name];
  return {
    max_connections: of('max_connections'),
    max_pending_requests: of('max_pending_requests'),
    max_requests: of('max_requests'),
    max_retries: of('max_retries'),
  };
}

/** An inbound cluster has one endpoint, whichever way that is found. */
function balancerOf({ lb_policy: policy }: EnvoyCluster): Balancer {
  if (policy === 'LEAST_REQUEST') return 'least-request';
  if (policy === 'RANDOM') return 'random';
  return policy === 'RING_HASH' || policy === 'MAGLEV' ? 'hash' : 'round-robin';
}

/** Our clients ask in HTTP/1.1, and a cluster that follows its callers speaks that. */
function streamsOf(protocol: HttpProtocolOptions | undefined): number {
  const http2 = protocol?.explicit_http_config?.http2_protocol_options;
  return http2 === undefined ? 1 : (http2.max_concurrent_streams ?? MANY_STREAMS);
}

/** Statuses that count as errors in place of all from 500 on. */
function errorsOf(protocol: HttpProtocolOptions | undefined): number[] {
  const statusesOf = (match: MatchPredicate): number[] => [
    ...(match.or_match?.rules ?? []).flatMap(statusesOf),
    ...(match.http_response_headers_match?.headers ?? []).flatMap(({ string_match: text }) =>
      text?.exact === undefined ? [] : [Number(text.exact)],
    ),
  ];
  const matcher = protocol?.outlier_detection?.error_matcher;
  return matcher === undefined ? [] : statusesOf(matcher);
}

/** What is not said has Envoy's own value (envoy.config.cluster.v3.OutlierDetection). */
function outlierOf(
  given: OutlierDetection,
  errorStatuses: number[],
  mergeWindowMs: number,
): Outlier {
  // istiod sends a part of the message; a configuration of its own may have the rest.
  const outlier = given as OutlierDetection & Readonly<Record<string, unknown>>;
  const ms = (text: string | undefined, otherwise: number): number =>
    parseDuration(text ?? '') ?? otherwise;
  const number = (name: string, otherwise: number): number => {
    const value = outlier[name];
    return typeof value === 'number' ? value : otherwise;
  };
  const enforcing = (name: string, otherwise: number): number => number(name, otherwise) / 100;
  const baseEjectionMs = ms(outlier.base_ejection_time, 30_000);
  const successRate = enforcing('enforcing_success_rate', 100);
  const failures = enforcing('enforcing_failure_percentage', 0);
  const text = (name: string): string | undefined => outlier[name] as string | undefined;
  return {
    consecutive5xx: number('consecutive_5xx', 5),
    enforcing5xx: enforcing('enforcing_consecutive_5xx', 100),
    consecutiveGateway: number('consecutive_gateway_failure', 5),
    enforcingGateway: enforcing('enforcing_consecutive_gateway_failure', 0),
    consecutiveLocal: number('consecutive_local_origin_failure', 5),
    enforcingLocal: enforcing('enforcing_consecutive_local_origin_failure', 100),
    splitsLocal: outlier.split_external_local_origin_errors ?? false,
    errorStatuses,
    successRate:
      successRate === 0
        ? null
        : {
            enforcing: successRate,
            minimumHosts: number('success_rate_minimum_hosts', 5),
            requestVolume: number('success_rate_request_volume', 100),
            stdevFactor: number('success_rate_stdev_factor', 1900) / 1000,
          },
    failurePercentage:
      failures === 0
        ? null
        : {
            enforcing: failures,
            threshold: number('failure_percentage_threshold', 85),
            minimumHosts: number('failure_percentage_minimum_hosts', 5),
            requestVolume: number('failure_percentage_request_volume', 50),
          },
    intervalMs: ms(outlier.interval, 10_000),
    baseEjectionMs,
    maxEjectionMs: ms(text('max_ejection_time'), 300_000),
    jitterMs: ms(text('max_ejection_time_jitter'), 0),
    maxEjectionShare: Math.min(100, number('max_ejection_percent', 10)) / 100,
    alwaysEjectsOne: outlier['always_eject_one_host'] === true,
    mergeWindowMs,
  };
}

/** Where Envoy's breakers and detectors come from: field by field, from the object that says it. */
import type { Cluster } from '../../envoy/messages.ts';
import type { Setting } from '../../experiment/setting.ts';
import type { Subset, TrafficPolicy } from '../../istio/destinationRule.ts';
import type { Mesh, Pod } from '../mesh/model.ts';
import { clusters } from './clusters.ts';
import type { Rule } from './destinationRules.ts';
import { inboundPolicy, inboundPorts } from './inbound.ts';
import { inboundCluster } from './names.ts';
import { scopeOf } from './scope.ts';
import { targetsOf } from './targets.ts';

const LIMITS = 'circuit_breakers.thresholds.0';
const OPTIONS =
  'typed_extension_protocol_options.envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** A field of a traffic policy, and Envoy's; on the way in Istio sets the pool's alone. */
const FIELDS: readonly (readonly [istio: string, envoy: string])[] = [
  ['connectionPool.tcp.maxConnections', `${LIMITS}.max_connections`],
  ['connectionPool.http.http1MaxPendingRequests', `${LIMITS}.max_pending_requests`],
  ['connectionPool.http.http2MaxRequests', `${LIMITS}.max_requests`],
  ['connectionPool.http.maxRetries', `${LIMITS}.max_retries`],
  ['connectionPool.tcp.connectTimeout', 'connect_timeout'],
  [
    'connectionPool.http.maxRequestsPerConnection',
    `${OPTIONS}.common_http_protocol_options.max_requests_per_connection`,
  ],
  ['connectionPool.http.idleTimeout', `${OPTIONS}.common_http_protocol_options.idle_timeout`],
  ['outlierDetection.consecutive5xxErrors', 'outlier_detection.consecutive_5xx'],
  ['outlierDetection.consecutiveGatewayErrors', 'outlier_detection.consecutive_gateway_failure'],
  ['outlierDetection.interval', 'outlier_detection.interval'],
  ['outlierDetection.baseEjectionTime', 'outlier_detection.base_ejection_time'],
  ['outlierDetection.maxEjectionPercent', 'outlier_detection.max_ejection_percent'],
  ['outlierDetection.minHealthPercent', 'common_lb_config.healthy_panic_threshold.value'],
];

/** Of every cluster that a DestinationRule speaks of, in the proxies of each workload. */
export function settingsOf(mesh: Mesh): Setting[] {
  const settings = new Map<string, Setting>();
  for (const pod of oneOfEachWorkload(mesh)) {
    for (const { workloads, ...setting } of ofProxy(mesh, pod)) {
      const key = JSON.stringify(setting);
      const others = settings.get(key)?.workloads ?? [];
      settings.set(key, { ...setting, workloads: [...others, ...workloads] });
    }
  }
  return [...settings.values()];
}

/** Only those that run something: what idles shows nothing. */
function oneOfEachWorkload({ pods }: Mesh): Pod[] {
  const proxied = pods.filter(
    ({ proxy, runs }) => proxy === 'gateway' || (proxy === 'sidecar' && runs.app !== 'idle'),
  );
  const workloads = Map.groupBy(proxied, ({ namespace, workload }) => `${namespace}/${workload}`);
  return [...workloads.values()].flatMap(([pod]) => pod ?? []);
}

function ofProxy(mesh: Mesh, pod: Pod): Setting[] {
  const scope = scopeOf(mesh, pod);
  const made = new Map(clusters(mesh, scope, pod).map((cluster) => [cluster.name, cluster]));
  const outbound = targetsOf(scope, pod).flatMap(({ name, rule, subset, port }) =>
    ofCluster(made.get(name), rule, pod, levels(rule?.spec.trafficPolicy, subset, port.port)),
  );
  if (pod.proxy === 'gateway') return outbound;
  const inbound = inboundPorts(mesh, pod).flatMap((port) => {
    const { rule } = inboundPolicy(mesh, pod, port);
    const cluster = made.get(inboundCluster(port.targetPort));
    return ofCluster(
      cluster,
      rule,
      pod,
      levels(rule?.spec.trafficPolicy, undefined, port.port.port),
    );
  });
  return [...inbound, ...outbound];
}

/** A policy, and its path in the rule. */
type Level = readonly [path: string, policy: Partial<TrafficPolicy>];

/**
 * The nearest first: what it says of a component holds in place of what stands further (portPolicy,
 * subsetPolicy).
 */
function levels(
  policy: TrafficPolicy | undefined,
  subset: Subset | undefined,
  port: number,
): Level[] {
  const own = (path: string, given: TrafficPolicy | undefined): [Level[], boolean] => {
    if (given === undefined) return [[], false];
    const index = (given.portLevelSettings ?? []).findIndex((one) => one.port.number === port);
    const atPort = given.portLevelSettings?.[index];
    return atPort === undefined
      ? [[[path, given]], false]
      : [[[`${path}.portLevelSettings[${index}]`, atPort]], true];
  };
  const [whole] = own('trafficPolicy', policy);
  if (subset === undefined) return whole;
  const [nearest, isOfPort] = own(`subsets[${subset.name}].trafficPolicy`, subset.trafficPolicy);
  return isOfPort ? nearest : [...nearest, ...whole];
}

function ofCluster(
  cluster: Cluster | undefined,
  rule: Rule | undefined,
  pod: Pod,
  policies: readonly Level[],
): Setting[] {
  if (cluster === undefined || rule === undefined) return [];
  return FIELDS.flatMap(([istio, envoy]): Setting[] => {
    const component = istio.split('.')[0] ?? '';
    // A component stands on one level as a whole, and is of no other.
    const level = policies.find(
      ([, policy]) => component in policy && policy[component as keyof TrafficPolicy] !== undefined,
    );
    const value = level && at(level[1], istio.split('.'));
    const became = at(cluster, pathOf(envoy));
    if (level === undefined || value === undefined) return [];
    return [
      {
        object: `DestinationRule ${rule.namespace}/${rule.name}`,
        field: `${level[0]}.${istio}`,
        value: JSON.stringify(value),
        workloads: [`${pod.namespace}/${pod.workload}`],
        cluster: cluster.name,
        envoy: envoy.replace('thresholds.0', 'thresholds[0]'),
        envoyValue: became === undefined ? null : JSON.stringify(became),
      },
    ];
  });
}

/** The extension's name has dots of its own. */
function pathOf(envoy: string): string[] {
  if (!envoy.startsWith(OPTIONS)) return envoy.split('.');
  const [head = '', ...name] = OPTIONS.split('.');
  return [head, name.join('.'), ...envoy.slice(OPTIONS.length + 1).split('.')];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Readonly<Record<string, unknown>>)[key]
        : undefined,
    value,
  );
}

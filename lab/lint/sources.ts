/** The documents that rules go by. */
import type { Source } from './rule.ts';

const ISTIO = 'https://istio.io/latest/docs';
const ENVOY = 'https://www.envoyproxy.io/docs/envoy/latest';

function istio(text: string, path: string): Source {
  return { text: `Istio, ${text}`, url: `${ISTIO}/${path}` };
}

function envoy(text: string, path: string): Source {
  return { text: `Envoy, ${text}`, url: `${ENVOY}/${path}` };
}

const RULE = 'reference/config/networking/destination-rule/';
const VIRTUAL_SERVICE = 'reference/config/networking/virtual-service/';

export const ISTIO_POOL = istio(
  'Destination Rule: ConnectionPoolSettings',
  `${RULE}#ConnectionPoolSettings`,
);
export const ISTIO_HTTP = istio(
  'Destination Rule: ConnectionPoolSettings.HTTPSettings',
  `${RULE}#ConnectionPoolSettings-HTTPSettings`,
);
export const ISTIO_OUTLIER = istio(
  'Destination Rule: OutlierDetection',
  `${RULE}#OutlierDetection`,
);
export const ISTIO_SUBSET = istio('Destination Rule: Subset', `${RULE}#Subset`);
export const ISTIO_PORTS = istio(
  'Destination Rule: TrafficPolicy.PortTrafficPolicy',
  `${RULE}#TrafficPolicy-PortTrafficPolicy`,
);
export const ISTIO_BUDGET = istio(
  'Destination Rule: RetryBudget',
  `${RULE}#TrafficPolicy-RetryBudget`,
);
export const ISTIO_RULE = istio('Destination Rule', RULE);
export const ISTIO_GATEWAYS = istio(
  'Virtual Service: gateways',
  `${VIRTUAL_SERVICE}#VirtualService`,
);
export const ISTIO_RETRY = istio('Virtual Service: HTTPRetry', `${VIRTUAL_SERVICE}#HTTPRetry`);
export const ISTIO_SIDECAR = istio(
  'Sidecar: inboundConnectionPool',
  'reference/config/networking/sidecar/#Sidecar',
);
export const ISTIO_PROXY = istio(
  'ProxyConfig: concurrency',
  'reference/config/networking/proxy-config/#ProxyConfig',
);
export const ISTIO_OPERATIONS = istio(
  'Traffic management: several rules for one host',
  'ops/best-practices/traffic-management/#split-virtual-services',
);
export const ENVOY_BREAKERS = envoy(
  'Circuit breaking',
  'intro/arch_overview/upstream/circuit_breaking',
);
export const ENVOY_POOLS = envoy(
  'Connection pooling',
  'intro/arch_overview/upstream/connection_pooling',
);
export const ENVOY_OUTLIER = envoy('Outlier detection', 'intro/arch_overview/upstream/outlier');
export const ENVOY_PANIC = envoy(
  'Panic threshold',
  'intro/arch_overview/upstream/load_balancing/panic_threshold',
);
export const ENVOY_ROUTER = envoy(
  'Router: x-envoy-retry-on',
  'configuration/http/http_filters/router_filter#x-envoy-retry-on',
);
export const ENVOY_TIMEOUTS = envoy('How do I configure timeouts?', 'faq/configuration/timeouts');

/** A case of this project's own. */
export function shownBy(text: string): Source {
  return { text };
}

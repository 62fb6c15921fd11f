import type { Mesh, Pod } from '../mesh/model.ts';
import { accessLogs } from './accessLog.ts';
import { clusters } from './clusters.ts';
import { endpoints } from './endpoints.ts';
import { gatewayRoutes } from './gateways.ts';
import { inboundListener } from './inboundListener.ts';
import { gatewayListeners, outboundListeners } from './listeners.ts';
import { scopeOf } from './scope.ts';
import { sidecarRoutes } from './virtualHosts.ts';
import type { ProxyConfig } from '../../envoy/proxyConfig.ts';

/**
 * What istiod 1.30.3 sends to the proxy of a pod, less Istio's own extensions, which no upstream
 * Envoy has. The
 * mesh's own configuration is Istio's default profile, with what it has besides.
 */
export function proxyConfig(mesh: Mesh, pod: Pod): ProxyConfig {
  if (pod.proxy === 'none') {
    throw new TypeError(`${pod.namespace}/${pod.name} has no proxy`);
  }
  const scope = scopeOf(mesh, pod);
  const logs = accessLogs(mesh, pod);
  const gateway = pod.proxy === 'gateway';
  return {
    clusters: byName(clusters(mesh, scope, pod), ({ name }) => name),
    endpoints: byName(endpoints(scope, pod), ({ cluster_name }) => cluster_name),
    routes: byName(
      gateway ? gatewayRoutes(scope, pod) : sidecarRoutes(scope, pod),
      ({ name }) => name,
    ),
    listeners: byName(
      gateway
        ? gatewayListeners(scope, pod, logs)
        : [...outboundListeners(scope, pod, logs), inboundListener(mesh, pod, logs)],
      ({ name }) => name,
    ),
  };
}

function byName<T>(list: readonly T[], name: (item: T) => string): T[] {
  return list.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

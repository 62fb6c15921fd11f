/** Endpoints of the outbound clusters. */
import type { Endpoint, Mesh, Pod, Service } from '../mesh/model.ts';
import { selects } from '../mesh/services.ts';
import { byLocality } from './locality.ts';
import { takesMutualTls } from './mtls.ts';
import { message } from '../../envoy/proto.ts';
import type { Scope } from './scope.ts';
import { targetsOf, type Target } from './targets.ts';
import { tlsMode } from './trafficPolicy.ts';
import type { ClusterLoadAssignment, LbEndpoint } from '../../envoy/messages.ts';

/** The load assignments of a proxy's EDS clusters; cases defaults, defaults-3-endpoints, subsets-*. */
export function endpoints(scope: Scope, pod: Pod): ClusterLoadAssignment[] {
  return targetsOf(scope, pod)
    .filter(({ passthrough }) => !passthrough)
    .map((target) => assignment(scope, pod, target));
}

function assignment(mesh: Mesh, proxy: Pod, target: Target): ClusterLoadAssignment {
  const labels = target.subset?.labels ?? {};
  const everyone = Object.keys(labels).length === 0;
  const found = target.service.endpoints
    .filter(({ pod }) => everyone || selects(labels, pod?.labels ?? {}))
    .flatMap((one) =>
      lbEndpoint(mesh, target, one).map((endpoint) => ({ pod: one.pod, endpoint })),
    );
  if (found.length === 0) return { cluster_name: target.name };
  return {
    cluster_name: target.name,
    endpoints: byLocality(mesh, proxy, target.policy, found),
  };
}

function lbEndpoint(mesh: Mesh, target: Target, { address, ports, pod }: Endpoint): LbEndpoint[] {
  const port_value = ports[target.port.name];
  if (port_value === undefined) return [];
  const mutual = takesMutualTls(mesh, tlsMode(target), pod, port_value);
  return [
    {
      endpoint: { address: { socket_address: { address, port_value } } },
      health_status: 'HEALTHY',
      load_balancing_weight: 1,
      metadata: {
        filter_metadata: message({
          'envoy.transport_socket_match': mutual ? { tlsMode: 'istio' } : undefined,
          istio: { workload: workload(pod, target.service) },
        }),
      },
    },
  ];
}

/** `workload;namespace;service;revision;cluster` for telemetry (AppendLbEndpointMetadata in istiod). */
function workload(pod: Pod | undefined, service: Service): string {
  const name = pod?.workload ?? '';
  const { service: canonical, revision } = canonicalOf(pod?.labels ?? {}, name);
  // `latest`, the default, is not sent.
  const sent = revision === 'latest' ? '' : revision;
  return [name, pod?.namespace ?? service.namespace, canonical, sent, 'Kubernetes'].join(';');
}

/** istio.io/docs/ops/deployment/application-requirements: canonical service and revision. */
function canonicalOf(
  labels: Readonly<Record<string, string>>,
  workloadName: string,
): { service: string; revision: string } {
  return {
    service:
      labels['service.istio.io/canonical-name'] ??
      labels['app.kubernetes.io/name'] ??
      labels['app'] ??
      workloadName,
    revision:
      labels['service.istio.io/canonical-revision'] ??
      labels['app.kubernetes.io/version'] ??
      labels['version'] ??
      'latest',
  };
}

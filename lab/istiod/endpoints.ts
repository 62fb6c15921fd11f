/** Endpoints of the outbound clusters. */
import { looksUp } from './discovery.ts';
import type { Endpoint, Mesh, Pod, Service } from '../mesh/model.ts';
import { selects } from '../mesh/selects.ts';
import { byLocality, type Placed } from './locality.ts';
import { entryTakesMutualTls, takesMutualTls } from './mtls.ts';
import { message } from '../../envoy/proto.ts';
import type { Scope } from './scope.ts';
import { targetsOf, type Target } from './targets.ts';
import { tlsMode } from './trafficPolicy.ts';
import type { ClusterLoadAssignment, LbEndpoint } from '../../envoy/messages.ts';

/** The load assignments of a proxy's EDS clusters; cases defaults, defaults-3-endpoints, subsets-*. */
export function endpoints(scope: Scope, pod: Pod): ClusterLoadAssignment[] {
  return targetsOf(scope, pod)
    .filter((target) => !target.passthrough && !looksUp(target))
    .map((target) => assignment(scope, pod, target));
}

/** The endpoints of one cluster, by where they run. */
export function assignment(mesh: Mesh, proxy: Pod, target: Target): ClusterLoadAssignment {
  const labels = target.subset?.labels ?? {};
  const everyone = Object.keys(labels).length === 0;
  const found = target.service.endpoints
    .filter((one) => everyone || selects(labels, placeOf(one)?.labels ?? {}))
    .flatMap((one) =>
      lbEndpoint(mesh, target, one).map((endpoint) => ({ place: placeOf(one), endpoint })),
    );
  if (found.length === 0) return { cluster_name: target.name };
  return {
    cluster_name: target.name,
    endpoints: byLocality(mesh, proxy, target.policy, found),
  };
}

/** Labels and place of an endpoint: as its WorkloadEntry says, else its pod's. */
function placeOf({ entry, pod }: Endpoint): Placed['place'] {
  return entry ?? pod;
}

function lbEndpoint(mesh: Mesh, target: Target, one: Endpoint): LbEndpoint[] {
  const { address, ports, pod, entry } = one;
  const port_value = ports[target.port.name];
  if (port_value === undefined) return [];
  const mutual =
    entry === undefined
      ? takesMutualTls(mesh, tlsMode(target), pod, port_value)
      : entryTakesMutualTls(tlsMode(target), entry);
  return [
    {
      endpoint: { address: { socket_address: { address, port_value } } },
      health_status: 'HEALTHY',
      load_balancing_weight: entry?.weight || 1,
      metadata: {
        filter_metadata: message({
          'envoy.transport_socket_match': mutual ? { tlsMode: 'istio' } : undefined,
          istio: { workload: workload(one, target.service) },
        }),
      },
    },
  ];
}

/** `workload;namespace;service;revision;cluster` for telemetry (AppendLbEndpointMetadata in istiod). */
function workload({ entry, pod }: Endpoint, service: Service): string {
  const {
    workload: name,
    labels,
    namespace,
  } = entry ?? pod ?? { workload: '', labels: {}, namespace: service.namespace };
  const { service: canonical, revision } = canonicalOf(labels, name);
  // `latest`, the default, is not sent.
  const sent = revision === 'latest' ? '' : revision;
  return [name, namespace, canonical, sent, 'Kubernetes'].join(';');
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

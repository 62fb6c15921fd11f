/** What a mesh was understood to be, as a document. */
import type { MeshView } from '../../experiment/meshView.ts';
import type { DestinationRuleSpec, TrafficPolicy } from '../../istio/destinationRule.ts';
import { gatewayName, hostMatches, MESH_GATEWAY, resolveHost, serviceNamed } from './hosts.ts';
import type { Mesh, Pod, Resource, Service } from './model.ts';
import { selects } from './selects.ts';

type Policy = MeshView['policies'][number];

export function viewOf(mesh: Mesh, { name, digest }: Pick<MeshView, 'name' | 'digest'>): MeshView {
  const { pods, services, leftOut, madeUp } = mesh;
  const workloads = Map.groupBy(pods, ({ namespace, workload }) => `${namespace}/${workload}`);
  return {
    name,
    digest,
    workloads: [...workloads.values()].flatMap((all) => workloadOf(all)),
    services: services.map(serviceOf),
    policies: policiesIn(mesh),
    madeUp: [...madeUp],
    leftOut: [...leftOut],
  };
}

function workloadOf(pods: readonly Pod[]): MeshView['workloads'] {
  const [pod] = pods;
  if (pod === undefined) return [];
  const { namespace, workload, runs, proxy, proxyConcurrency, containers } = pod;
  return [
    {
      namespace,
      name: workload,
      pods: pods.length,
      runs: proxy === 'gateway' ? 'gateway' : runs.app,
      proxy,
      proxyConcurrency: proxy === 'none' ? null : proxyConcurrency,
      images: containers.map(({ image }) => image),
      understood: runs.said ?? null,
      behaviour: runs.app === 'idle' ? null : (runs.behaviour ?? null),
      sends: runs.app === 'client' ? { ...runs.env } : null,
    },
  ];
}

function serviceOf({ host, ports, endpoints }: Service): MeshView['services'][number] {
  const behind = Map.groupBy(endpoints, ({ pod, address }) =>
    pod === undefined ? address : `${pod.namespace}/${pod.workload}`,
  );
  return {
    host,
    ports: ports.map(({ port, protocol }) => ({ port, protocol })),
    behind: Object.fromEntries([...behind].map(([name, all]) => [name, all.length])),
  };
}

function policiesIn(mesh: Mesh): Policy[] {
  const of = (kind: string, { namespace, name }: Resource<unknown>): string =>
    `${kind} ${namespace}/${name}`;
  const { services, pods } = mesh;
  const workloadsOf = (
    namespace: string,
    labels: Readonly<Record<string, string>> | undefined,
  ): string[] => {
    const found = pods
      .filter(
        (pod) =>
          namespace === pod.namespace && (labels === undefined || selects(labels, pod.labels)),
      )
      .map((pod) => `${pod.namespace}/${pod.workload}`);
    return [...new Set(found)];
  };
  return [
    ...mesh.destinationRules.map((rule) => ({
      object: of('DestinationRule', rule),
      says: limitsOf(rule.spec),
      binds: services
        .filter(({ host }) => hostMatches(resolveHost(rule.spec.host, rule.namespace), host))
        .map(({ host }) => host),
    })),
    ...mesh.virtualServices.map((rule) => {
      const { hosts, gateways = [MESH_GATEWAY], http = [] } = rule.spec;
      const to = http
        .flatMap(({ route = [] }) => route)
        .map(({ destination }) => serviceNamed(services, destination.host, rule.namespace)?.host);
      const at = gateways.map((gateway) => gatewayName(gateway, rule.namespace));
      return {
        object: of('VirtualService', rule),
        says: `${hosts.join(', ')} at ${at.join(', ')}: ${http.length} ${http.length === 1 ? 'route' : 'routes'}`,
        binds: [...new Set(to.filter((host) => host !== undefined))],
      };
    }),
    ...mesh.gateways.map((gateway) => ({
      object: of('Gateway', gateway),
      says: gateway.spec.servers
        .map(({ port, hosts }) => `${port.protocol} ${port.number} for ${hosts.join(', ')}`)
        .join('; '),
      binds: pods
        .filter(
          ({ proxy, labels }) => proxy === 'gateway' && selects(gateway.spec.selector, labels),
        )
        .map(({ namespace, workload }) => `${namespace}/${workload}`),
    })),
    ...mesh.peerAuthentications.map((policy) => ({
      object: of('PeerAuthentication', policy),
      says: `mutual TLS ${policy.spec.mtls?.mode ?? 'as above it'}`,
      binds: workloadsOf(policy.namespace, policy.spec.selector?.matchLabels),
    })),
    ...mesh.sidecars.map((sidecar) => ({
      object: of('Sidecar', sidecar),
      says: 'what its proxies see',
      binds: workloadsOf(sidecar.namespace, sidecar.spec.workloadSelector?.labels),
    })),
  ];
}

/** Its limits and detectors as Istio writes them, in one line. */
function limitsOf({ trafficPolicy, subsets = [] }: DestinationRuleSpec): string {
  const all = [
    ...inShort(trafficPolicy),
    ...subsets.map(
      ({ name, trafficPolicy: own }) =>
        `subset ${name}${own === undefined ? '' : ` (${inShort(own).join(', ')})`}`,
    ),
  ];
  return all.length === 0 ? 'nothing' : all.join(', ');
}

function inShort(policy: TrafficPolicy | undefined): string[] {
  if (policy === undefined) return [];
  const {
    connectionPool: { tcp = {}, http = {} } = {},
    outlierDetection,
    portLevelSettings = [],
  } = policy;
  const fields = (some: object): string[] =>
    Object.entries(some)
      .filter(([, value]) => typeof value !== 'object')
      .map(([field, value]) => `${field} ${String(value)}`);
  return [
    ...fields(tcp),
    ...fields(http),
    ...(outlierDetection === undefined
      ? []
      : [`outlierDetection (${fields(outlierDetection).join(', ')})`]),
    ...portLevelSettings.map(
      ({ port, ...own }) => `port ${port.number} (${inShort(own).join(', ')})`,
    ),
  ];
}

/** What the objects say and this project does not do: one sentence each, never silence. */
import type { DestinationRuleSpec, TrafficPolicy } from '../../istio/destinationRule.ts';
import { PROXY_CONTAINER } from './containers.ts';
import { gatewayName, MESH_GATEWAY } from './hosts.ts';
import { deploymentSpec, podSpec, serviceSpec, type PodSpec } from './kubernetes.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Mesh } from './model.ts';
import { nameOf, parseField } from '../objects/parse.ts';
import { isIstio, type Policies } from './policies.ts';
import { isHttp } from './protocol.ts';

/** Read elsewhere, or without effect on traffic. */
const SILENT = new Set([
  ...['Namespace', 'Pod', 'Deployment', 'Service', 'EndpointSlice', 'Endpoints', 'ReplicaSet'],
  ...['ServiceAccount', 'PodDisruptionBudget', 'Role', 'RoleBinding', 'ClusterRole'],
  ...['ClusterRoleBinding', 'CustomResourceDefinition', 'Event', 'Lease', 'Node', 'LimitRange'],
  'ConfigMap',
]);

const ISTIO = new Set([
  ...['DestinationRule', 'VirtualService', 'Gateway', 'PeerAuthentication', 'Telemetry', 'Sidecar'],
]);

const REASONS: Readonly<Record<string, string>> = {
  NetworkPolicy: 'is not enforced: every pod can reach every pod',
  AuthorizationPolicy: 'is not enforced: every request is allowed',
  RequestAuthentication: 'is not enforced: no token is checked',
  Secret: 'is not mounted: containers get their own env values only',
  HorizontalPodAutoscaler: 'does not scale: replicas stay as the Deployment says',
  EnvoyFilter: "is not applied: Envoy's configuration is what istiod makes without it",
  ServiceEntry: 'is not resolved: only Services of the objects can be reached',
  StatefulSet: 'is not run: only Deployments and Pods are',
  DaemonSet: 'is not run: only Deployments and Pods are',
  Job: 'is not run: only Deployments and Pods are',
  CronJob: 'is not run: only Deployments and Pods are',
  Ingress: 'is not served: only Istio Gateways are',
};

/** The sentences for `Mesh.leftOut`: of kinds, of single objects, of what traffic would need. */
export function leftOutOf(
  objects: readonly KubernetesObject[],
  mesh: Pick<Mesh, 'services'> & Policies,
): string[] {
  return [...objects.flatMap(ofKind), ...objects.flatMap(ofObject), ...ofTraffic(mesh)];
}

function ofKind(object: KubernetesObject): string[] {
  const { kind } = object;
  if (isIstio(object) ? ISTIO.has(kind) : SILENT.has(kind)) return [];
  return [`${nameOf(object)} ${REASONS[kind] ?? 'is of a kind that is not known here: ignored'}.`];
}

function ofObject(object: KubernetesObject): string[] {
  const say = (what: string): string => `${nameOf(object)}: ${what}.`;
  if (object.kind === 'Pod') return ofPod(parseField(object, 'spec', podSpec)).map(say);
  if (object.kind === 'Deployment') {
    return ofPod(parseField(object, 'spec', deploymentSpec).template.spec).map(say);
  }
  if (object.kind !== 'Service') return [];
  const spec = parseField(object, 'spec', serviceSpec);
  if (spec.type === 'ExternalName') return [say('an ExternalName is not resolved')];
  const headless =
    spec.clusterIP === 'None' ? ['headless, but reached like one with a cluster IP'] : [];
  const datagrams = (spec.ports ?? [])
    .filter((port) => port.protocol !== undefined && port.protocol !== 'TCP')
    .map((port) => `port ${port.port} (${port.protocol ?? ''}) is not carried`);
  return [...headless, ...datagrams].map(say);
}

/** Every running pod has one; nothing here asks the API server for anything. */
const TOKEN_VOLUME = 'kube-api-access-';
const KNOWN_FIELDS = new Set(['metadata.name', 'metadata.namespace', 'status.podIP']);

function ofPod({ initContainers = [], containers, volumes = [] }: PodSpec): string[] {
  const mountable = new Set(
    volumes.filter((volume) => volume.configMap ?? volume['emptyDir']).map(({ name }) => name),
  );
  const init = initContainers.filter(({ name }) => !name.startsWith('istio-'));
  const own = containers.filter(({ name }) => name !== PROXY_CONTAINER);
  return [
    ...init.map(({ name }) => `init container ${name} is not run`),
    ...own.flatMap(({ name, env = [], envFrom = [], volumeMounts = [] }) =>
      [
        ...(envFrom.length === 0 ? [] : ['envFrom is ignored']),
        ...env
          .filter(({ valueFrom }) => valueFrom !== undefined)
          .filter(({ valueFrom }) => !KNOWN_FIELDS.has(valueFrom?.fieldRef?.fieldPath ?? ''))
          .map((variable) => `env ${variable.name} has no plain value and is not set`),
        ...volumeMounts
          .filter((mount) => !mountable.has(mount.name) && !mount.name.startsWith(TOKEN_VOLUME))
          .map((mount) => `volume ${mount.name} is not mounted; only ConfigMaps are`),
      ].map((what) => `container ${name}: ${what}`),
    ),
  ];
}

function ofTraffic(mesh: Pick<Mesh, 'services'> & Policies): string[] {
  const gateways = new Set(mesh.gateways.map(({ namespace, name }) => `${namespace}/${name}`));
  return [
    ...mesh.services
      // The ingress's own https port is there whether a Gateway listens on it or not.
      .filter(({ selector }) => selector['istio'] !== 'ingressgateway')
      .flatMap((service) =>
        service.ports
          .filter((port) => port.protocol === 'tcp')
          .map(
            (port) =>
              `Service ${service.namespace}/${service.name}: port ${port.port} is TCP by its name; only HTTP is carried.`,
          ),
      ),
    ...mesh.peerAuthentications
      .filter(({ spec }) =>
        [spec.mtls, ...Object.values(spec.portLevelMtls ?? {})].some((mtls) => isTls(mtls?.mode)),
      )
      .map(
        ({ namespace, name }) =>
          `PeerAuthentication ${namespace}/${name}: mutual TLS is left out; proxies talk plain text to each other.`,
      ),
    ...mesh.destinationRules
      .filter(({ spec }) => policiesIn(spec).some(({ tls }) => isTls(tls?.mode)))
      .map(
        ({ namespace, name }) =>
          `DestinationRule ${namespace}/${name}: TLS is left out; proxies talk plain text to each other.`,
      ),
    ...mesh.gateways.flatMap(({ namespace, name, spec }) =>
      spec.servers
        .filter(({ port, tls }) => tls !== undefined || !isHttp(port.protocol))
        .map(
          ({ port }) =>
            `Gateway ${namespace}/${name}: port ${port.number} (${port.protocol}) is left out; only plain HTTP is served.`,
        ),
    ),
    ...mesh.telemetries.flatMap(({ namespace, name, spec }) =>
      (spec.accessLogging ?? [])
        .flatMap(({ providers = [] }) => providers)
        .filter((provider) => provider.name !== 'envoy')
        .map(
          (provider) =>
            `Telemetry ${namespace}/${name}: there is no access log provider '${provider.name}'; only 'envoy' is known.`,
        ),
    ),
    ...mesh.virtualServices.flatMap(({ namespace, name, spec }) =>
      (spec.gateways ?? [])
        .filter((gateway) => gateway !== MESH_GATEWAY)
        .filter((gateway) => !gateways.has(gatewayName(gateway, namespace)))
        .map(
          (gateway) =>
            `VirtualService ${namespace}/${name}: there is no Gateway '${gateway}' among the objects; its routes there are left out.`,
        ),
    ),
  ];
}

/** Plain text is what DISABLE asks for, and an unset mode says nothing. */
function isTls(mode: string | undefined): boolean {
  return mode !== undefined && mode !== 'DISABLE' && mode !== 'UNSET';
}

function policiesIn({
  trafficPolicy,
  subsets = [],
}: DestinationRuleSpec): Pick<TrafficPolicy, 'tls'>[] {
  return [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)]
    .filter((policy) => policy !== undefined)
    .flatMap((policy) => [policy, ...(policy.portLevelSettings ?? [])]);
}

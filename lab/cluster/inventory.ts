/**
 * What of a namespace an experiment needs, read from a cluster: by get and list alone, and no Secret ever.
 */
import type { ClusterApi } from './api.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { imageName } from '../mesh/containers.ts';
import { ROOT_NAMESPACE } from '../mesh/model.ts';
import { EXPERIMENT_CONFIG_MAP } from '../../experiment/experiment.ts';

type Kind = readonly [apiVersion: string, kind: string];

const KUBERNETES: readonly Kind[] = [
  ...['Service', 'Pod'].map((kind) => ['v1', kind] as const),
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map(
    (kind) => ['apps/v1', kind] as const,
  ),
  ...[['batch/v1', 'Job'] as const, ['discovery.k8s.io/v1', 'EndpointSlice'] as const],
  ...[
    ['networking.k8s.io/v1', 'NetworkPolicy'] as const,
    ['autoscaling/v2', 'HorizontalPodAutoscaler'] as const,
  ],
];

const ISTIO: readonly Kind[] = [
  ...[
    'DestinationRule',
    'VirtualService',
    'Gateway',
    'ServiceEntry',
    'Sidecar',
    'WorkloadEntry',
  ].map((kind) => ['networking.istio.io/v1', kind] as const),
  ...[
    ['networking.istio.io/v1alpha3', 'EnvoyFilter'] as const,
    ['networking.istio.io/v1beta1', 'ProxyConfig'] as const,
  ],
  ...['PeerAuthentication', 'AuthorizationPolicy', 'RequestAuthentication'].map(
    (kind) => ['security.istio.io/v1', kind] as const,
  ),
  ['telemetry.istio.io/v1', 'Telemetry'],
];

/** Those of a mesh's root namespace, which hold for every other. */
const OF_ROOT = new Set([
  'DestinationRule',
  'Sidecar',
  'ProxyConfig',
  'EnvoyFilter',
  'PeerAuthentication',
  'AuthorizationPolicy',
  'RequestAuthentication',
  'Telemetry',
]);

export interface Inventory {
  readonly objects: readonly KubernetesObject[];
  /** The kinds that this user may not list, or this cluster does not have, a sentence each. */
  readonly unread: readonly string[];
}

/** Undefined where the cluster has no such namespace. */
export async function inventoryOf(
  api: ClusterApi,
  namespace: string,
): Promise<Inventory | undefined> {
  const own = await api.object({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  if (own === undefined) return undefined;
  const found: KubernetesObject[] = [
    { ...(own as KubernetesObject), apiVersion: 'v1', kind: 'Namespace' },
  ];
  const unread: string[] = [];
  const wanted = [
    ...[...KUBERNETES, ...ISTIO].map((kind) => ({ kind, from: namespace })),
    ...(namespace === ROOT_NAMESPACE
      ? []
      : ISTIO.filter(([, kind]) => OF_ROOT.has(kind)).map((kind) => ({
          kind,
          from: ROOT_NAMESPACE,
        }))),
  ];
  for (const {
    kind: [apiVersion, kind],
    from,
  } of wanted) {
    const listed = await api.list(apiVersion, kind, from);
    if (typeof listed === 'string') unread.push(`${kind} of ${from}: ${listed}`);
    else found.push(...listed.map((object) => ({ ...object, apiVersion, kind })));
  }
  const objects = found.filter((object) => !isMade(object));
  for (const name of configMapsFor(objects)) {
    const read = await api.object({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
    });
    if (read !== undefined) {
      objects.push({ ...(read as KubernetesObject), apiVersion: 'v1', kind: 'ConfigMap' });
    }
  }
  return { objects, unread };
}

/** Made by a controller of what is read as well, or by Kubernetes for itself. */
function isMade({ kind, metadata }: KubernetesObject): boolean {
  const owners = metadata['ownerReferences'];
  if (
    Array.isArray(owners) &&
    owners.some((owner: { controller?: unknown }) => owner.controller === true)
  ) {
    return true;
  }
  const manager = metadata.labels?.['endpointslice.kubernetes.io/managed-by'];
  return (
    (kind === 'EndpointSlice' &&
      /^endpointslice(mirroring)?-controller\.k8s\.io$/.test(manager ?? '')) ||
    (kind === 'Service' && metadata.name === 'kubernetes' && metadata.namespace === 'default')
  );
}

/** The experiment's own record, and those that an Envoy by itself has its configuration from. */
function configMapsFor(objects: readonly KubernetesObject[]): Set<string> {
  const names = objects.flatMap((object) => {
    const { template, ...pod } = (object['spec'] ?? {}) as {
      template?: { spec?: PodLike };
    } & PodLike;
    const { containers = [], volumes = [] } = template?.spec ?? pod;
    const isEnvoy = containers.some(({ image = '' }) => imageName(image) === 'envoy');
    return isEnvoy ? volumes.flatMap(({ configMap }) => configMap?.name ?? []) : [];
  });
  return new Set([EXPERIMENT_CONFIG_MAP, ...names]);
}

interface PodLike {
  readonly containers?: readonly { readonly image?: string }[];
  readonly volumes?: readonly { readonly configMap?: { readonly name?: string } }[];
}

/** Pods: those given with their status, and those that workloads make. */
import { Addresses } from './addresses.ts';
import { configMapsOf, PROXY_CONTAINER, readContainer, type ConfigMaps } from './containers.ts';
import { hasSidecar, isGateway, isInjected } from './injection.ts';
import { podMetadata, podSpec, podStatus, type PodMetadata, type PodSpec } from './kubernetes.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Given } from './given.ts';
import type { Mesh, Pod } from './model.ts';
import { localityOf, nodeLabels } from './locality.ts';
import { concurrencyOf, type ProxiedPod } from './proxyConcurrency.ts';
import { nameOf, namespaceOf, parseField } from '../objects/parse.ts';
import { workloadsIn, type Workload } from './workloads.ts';

type Labels = Readonly<Record<string, string>>;

/** All pods of the objects, in order of appearance. */
export function podsOf(
  objects: readonly KubernetesObject[],
  proxyConfigs: Mesh['proxyConfigs'],
  { proxyConcurrency, meshConfig }: Given = {},
): Pod[] {
  const ofMesh = meshConfig?.config.defaultConfig?.concurrency;
  const threads = (pod: ProxiedPod): number =>
    proxyConcurrency ?? concurrencyOf(pod, proxyConfigs, ofMesh);
  const given = objects.filter((object) => object.kind === 'Pod').map(readPod);
  const addresses = new Addresses(
    '10.244',
    given.flatMap((pod) => pod.ip ?? []),
  );
  const namespaces = namespaceLabels(objects);
  const around = { configMaps: configMapsOf(objects), nodes: nodeLabels(objects), threads };
  const running = new Set(given.map((pod) => `${pod.namespace}/${pod.workload}`));
  const replicas = workloadsIn(objects)
    // The dump of a cluster holds a Deployment and its pods: the pods are the truth.
    .filter(({ object }) => !running.has(`${namespaceOf(object)}/${object.metadata.name}`))
    .flatMap(replicasOf);
  return [...given, ...replicas].map((draft) =>
    finish(draft, namespaces.get(draft.namespace) ?? {}, addresses, around),
  );
}

/** A pod before it has an address and a proxy. */
interface Draft {
  readonly owner: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly workload: string;
  readonly spec: PodSpec;
  readonly ready: boolean;
  readonly ip?: string | undefined;
}

function readPod(object: KubernetesObject): Draft {
  const metadata = parseField(object, 'metadata', podMetadata);
  const status = parseField(object, 'status', podStatus);
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready');
  return {
    owner: nameOf(object),
    name: object.metadata.name,
    namespace: namespaceOf(object),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    workload: workloadOf(object.metadata.name, metadata),
    spec: parseField(object, 'spec', podSpec),
    // A pod without conditions was written by hand, to be made as it stands.
    ready: ready === undefined || ready.status === 'True',
    ip: status?.podIP,
  };
}

function replicasOf({ object, template, pods }: Workload): Draft[] {
  return Array.from({ length: pods }, (_, n) => ({
    owner: nameOf(object),
    name: `${object.metadata.name}-${n}`,
    namespace: namespaceOf(object),
    labels: template.metadata?.labels ?? {},
    annotations: template.metadata?.annotations ?? {},
    workload: object.metadata.name,
    spec: template.spec,
    ready: true,
  }));
}

/** The name of the controller, of a ReplicaSet without its hash (GetDeployMetaFromPod). */
function workloadOf(name: string, metadata: PodMetadata): string {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  if (metadata.generateName === undefined || controller === undefined) return name;
  const suffix = `-${metadata.labels?.['pod-template-hash'] ?? ''}`;
  return controller.kind === 'ReplicaSet' && suffix !== '-' && controller.name.endsWith(suffix)
    ? controller.name.slice(0, -suffix.length)
    : controller.name;
}

/** What else decides about a pod. */
interface Around {
  readonly configMaps: ConfigMaps;
  readonly nodes: ReadonlyMap<string, Labels>;
  readonly threads: (pod: ProxiedPod) => number;
}

function finish(draft: Draft, namespace: Labels, addresses: Addresses, around: Around): Pod {
  const { labels, annotations, spec } = draft;
  const ip = draft.ip ?? addresses.next();
  // What runs already has the marks of injection or has no sidecar.
  const sidecar =
    hasSidecar(labels, annotations) ||
    (draft.ip === undefined &&
      spec.hostNetwork !== true &&
      isInjected(namespace, labels, annotations));
  return {
    name: draft.name,
    namespace: draft.namespace,
    labels,
    annotations,
    serviceAccount: spec.serviceAccountName ?? 'default',
    workload: draft.workload,
    ip,
    ready: draft.ready,
    node: spec.nodeName,
    locality: localityOf(labels, spec, around.nodes),
    proxy: isGateway(labels, annotations, sidecar) ? 'gateway' : sidecar ? 'sidecar' : 'none',
    proxyConcurrency: around.threads({ ...draft, running: draft.ip !== undefined }),
    containers: spec.containers
      .filter((container) => container.name !== PROXY_CONTAINER)
      .map((container) => readContainer(container, { ...draft, ip }, around.configMaps)),
    // Until the Services are known, by which it is told.
    runs: { app: 'idle' },
  };
}

function namespaceLabels(objects: readonly KubernetesObject[]): Map<string, Labels> {
  return new Map(
    objects
      .filter((object) => object.kind === 'Namespace')
      .map((object) => [
        object.metadata.name,
        parseField(object, 'metadata', podMetadata).labels ?? {},
      ]),
  );
}

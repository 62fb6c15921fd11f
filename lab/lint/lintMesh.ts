/** A mesh as the rules of the linter look at it: what was looked up once, for all of them. */
import type { Mesh, Pod, Service } from '../mesh/model.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { namespaceOf } from '../objects/parse.ts';
import { type Caller, type Callers, callersIn } from './callers.ts';
import { type Cluster, clustersOf, type DestinationRule, type Held, heldBy } from './clusters.ts';
import { type Routes, routesIn } from './routes.ts';
import type { Place } from './place.ts';

export interface LintInput {
  readonly mesh: Mesh;
  /** The objects that were given; what was made up beside them is nobody's to be judged. */
  readonly objects: readonly KubernetesObject[];
  /** How many pods somebody says a Deployment has that is made up. */
  readonly replicas?: Readonly<Record<string, number>> | undefined;
}

export interface LintMesh {
  readonly mesh: Mesh;
  /** Every cluster of which a rule of the objects decides. */
  readonly clusters: readonly Cluster[];
  /** Those of one rule. */
  readonly clustersOf: (rule: DestinationRule) => readonly Cluster[];
  /** Those of a service, or of one of its subsets, whatever its port. */
  readonly clustersAt: (service: Service, subset?: string) => readonly Cluster[];
  readonly held: Held;
  readonly routes: Routes;
  readonly callers: Callers;
  /** Whether anybody's requests come to a cluster at all. */
  readonly isReached: (cluster: Cluster) => boolean;
  /** Who may call a service by an Envoy of their own, known or not; each workload once. */
  readonly proxiesTo: (service: Service) => readonly Caller[];
  /** The object that a place is in, as it was given. */
  readonly objectAt: (place: Omit<Place, 'path'>) => KubernetesObject | undefined;
}

export function lintMeshOf({ mesh, objects, replicas = {} }: LintInput): LintMesh {
  const given = new Map(
    objects.map((object) => [
      keyOf(object.kind, namespaceOf(object), object.metadata.name),
      object,
    ]),
  );
  const isKnown = (service: Service): boolean =>
    given.has(keyOf('Service', service.namespace, service.name)) ||
    service.endpoints.every(
      ({ pod }) => (replicas[pod?.workload ?? ''] ?? replicas[service.name]) !== undefined,
    );
  const observers = observersIn(mesh);
  const held = heldBy(mesh, observers);
  const clusters = clustersOf(mesh, held, isKnown);
  const byRule = Map.groupBy(clusters, ({ rule }) => rule);
  const byService = Map.groupBy(clusters, ({ service }) => service);
  const callers = callersIn(mesh);
  const routes = routesIn(mesh);
  const gateways = observers.filter(({ proxy }) => proxy === 'gateway');
  const sidecars = observers.filter(({ proxy }) => proxy === 'sidecar');
  const isCalledInside = (service: Service): boolean =>
    callers.anybody || callers.of(service).length > 0;
  const unknown = (pod: Pod): Caller => ({ pod, pods: 1, burst: undefined, attempts: 1 });
  return {
    mesh,
    clusters,
    clustersOf: (rule) => byRule.get(rule) ?? [],
    clustersAt: (service, subset) =>
      (byService.get(service) ?? []).filter((cluster) => cluster.subset?.name === subset),
    held,
    routes,
    callers,
    isReached: ({ service, subset }) =>
      (isCalledInside(service) && routes.byMesh(service, subset?.name)) ||
      routes.byGateway(service, subset?.name),
    proxiesTo: (service) => {
      const known = callers.of(service).filter(({ pod }) => pod.proxy === 'sidecar');
      const others = known.length > 0 || !callers.anybody ? known : sidecars.map(unknown);
      const byGateway = routes.to(service).some((route) => route.gateways.length > 0);
      return byGateway ? [...others, ...gateways.map(unknown)] : others;
    },
    objectAt: ({ kind, namespace, name }) => given.get(keyOf(kind, namespace, name)),
  };
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

/**
 * One proxy of each kind: those of a namespace see the same rules, unless rules choose some of them by
 * their labels.
 */
function observersIn({ pods, destinationRules, sidecars }: Mesh): Pod[] {
  const choosing = new Set([
    ...destinationRules
      .filter(({ spec }) => spec.workloadSelector !== undefined)
      .map(({ namespace }) => namespace),
    ...sidecars
      .filter(({ spec }) => spec.workloadSelector !== undefined)
      .map(({ namespace }) => namespace),
  ]);
  const found = new Map<string, Pod>();
  for (const pod of pods) {
    const { namespace, workload, proxy, proxyConcurrency } = pod;
    if (proxy === 'none') continue;
    const kind = [
      namespace,
      proxy,
      proxyConcurrency,
      ...(choosing.has(namespace) ? [workload] : []),
    ].join(' ');
    if (!found.has(kind)) found.set(kind, pod);
  }
  return [...found.values()];
}

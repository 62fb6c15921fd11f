/** The breakers of a mesh that somebody wants to hear of: the clusters for which a DestinationRule holds. */
import type { Cluster } from '../../envoy/messages.ts';
import { CLUSTER_LABEL } from '../../envoy/prometheus.ts';
import { type Thresholds, UNLIMITED } from '../../envoy/thresholds.ts';
import { clusters } from '../istiod/clusters.ts';
import { scopeOf } from '../istiod/scope.ts';
import type { Mesh, Pod } from '../mesh/model.ts';

/** One cluster, in all the proxies in which it has the same limits. */
export interface Breaker {
  /** What it is called among the others: `server.shop.svc.cluster.local:80`, `port 5000 of shop/server`. */
  readonly name: string;
  /** Envoy's name of it, such as `outbound|80||server.shop.svc.cluster.local`. */
  readonly cluster: string;
  /** What sets it, such as `shop/server`. */
  readonly destinationRule: string;
  /** Whose proxies have it, such as `shop/client`. */
  readonly workloads: readonly string[];
  /** Its series: label matchers of PromQL, in braces. */
  readonly series: string;
  /** Those that are set. */
  readonly limits: Partial<Thresholds>;
  /** Whether it ejects endpoints. */
  readonly ejects: boolean;
  /** With a smaller part of endpoints healthy, in percent, the others are asked as well; 0 for never. */
  readonly panicBelow: number;
}

type Own = Omit<Breaker, 'name' | 'workloads' | 'series'>;

/** In the order of their names. */
export function breakersOf(mesh: Mesh): Breaker[] {
  const found = new Map<string, { own: Own; workloads: Set<string> }>();
  for (const pod of mesh.pods.filter(({ proxy }) => proxy !== 'none')) {
    for (const own of inProxyOf(mesh, pod)) {
      const key = JSON.stringify([...placeOf(own, pod), own]);
      const { workloads } = found.get(key) ?? { workloads: new Set() };
      workloads.add(`${pod.namespace}/${pod.workload}`);
      found.set(key, { own, workloads });
    }
  }
  const all = [...found.values()];
  return all
    .map(({ own, workloads }): Breaker => {
      const alike = all.filter(({ own: { cluster } }) => cluster === own.cluster).length === 1;
      const isEverywhere = isOutbound(own) && alike;
      const named = [...workloads].sort();
      return {
        ...own,
        name: nameOf(own, isEverywhere ? [] : named),
        workloads: named,
        series: seriesOf(own.cluster, isEverywhere ? [] : named),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param workloads where it differs from others' of the same cluster */
function nameOf({ cluster }: Own, workloads: readonly string[]): string {
  const [direction, port = '', subset = '', host = ''] = cluster.split('|');
  const whose = workloads.join(', ');
  if (direction !== 'outbound') return `port ${port} of ${whose}`;
  return [
    `${host}:${port}`,
    ...(subset === '' ? [] : [`subset ${subset}`]),
    ...(whose === '' ? [] : [`from ${whose}`]),
  ].join(' ');
}

function isOutbound({ cluster }: Pick<Breaker, 'cluster'>): boolean {
  return cluster.startsWith('outbound|');
}

/** What a port of a pod is called is the same in every pod. */
function placeOf(own: Own, pod: Pod): string[] {
  return isOutbound(own) ? [] : [pod.namespace, pod.workload];
}

function inProxyOf(mesh: Mesh, pod: Pod): Own[] {
  return clusters(mesh, scopeOf(mesh, pod), pod).flatMap((cluster): Own[] => {
    const destinationRule = destinationRuleOf(cluster);
    const limits = limitsOf(cluster);
    const ejects = cluster.outlier_detection !== undefined;
    if (destinationRule === undefined) return [];
    if (Object.keys(limits).length === 0 && !ejects) return [];
    const panicBelow = cluster.common_lb_config?.healthy_panic_threshold?.value ?? 0;
    return [{ cluster: cluster.name, destinationRule, limits, ejects, panicBelow }];
  });
}

/** By what istiod leaves in the cluster's metadata. */
function destinationRuleOf({ metadata }: Cluster): string | undefined {
  const { config = '' } = (metadata?.filter_metadata['istio'] ?? {}) as { config?: string };
  const [, namespace, name] = /\/namespaces\/([^/]+)\/destination-rule\/(.+)$/.exec(config) ?? [];
  return name === undefined ? undefined : `${namespace ?? ''}/${name}`;
}

function limitsOf({ circuit_breakers: breakers }: Cluster): Partial<Thresholds> {
  const { retry_budget: _, ...thresholds } = breakers?.thresholds[0] ?? {};
  return Object.fromEntries(Object.entries(thresholds).filter(([, limit]) => limit !== UNLIMITED));
}

/** @param workloads in whose pods; in all for none */
function seriesOf(cluster: string, workloads: readonly string[]): string {
  const places = workloads.map((workload) => workload.split('/'));
  const either = (index: number, ending = ''): string => {
    const names = [...new Set(places.map((place) => place[index] ?? ''))];
    return names.map((name) => `${name}${ending}`).join('|');
  };
  const matchers = [
    `${CLUSTER_LABEL}="${cluster}"`,
    // A pod's name is its workload's, and one part (a StatefulSet's) or two (a Deployment's).
    ...(places.length === 0
      ? []
      : [`namespace=~"${either(0)}"`, `pod=~"${either(1, '-[^-]+(-[^-]+)?')}"`]),
  ];
  return `{${matchers.join(',')}}`;
}

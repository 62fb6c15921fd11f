/** Envoy's statistics of its clusters: how they are asked for, and whose each of them is. */
import { COUNTERS, GAUGES } from '../../envoy/statistics.ts';

/** Values by statistic, by cluster. */
export type Counters = Map<string, Record<string, number>>;

/**
 * `cluster.outbound|80||host;.upstream_cx_total`: istiod ends the cluster's part with `;`, which
 * that of older releases does not.
 */
export function filterOf(names: readonly string[]): string {
  return `^cluster\\.([^;]+);?\\.(${names.join('|').replaceAll('.', '\\.')})$`;
}

const STAT = new RegExp(filterOf([...GAUGES, ...COUNTERS]));

/** Statistics of each cluster, by istiod's name of it. */
export function byCluster(stats: ReadonlyMap<string, number>): Counters {
  const clusters: Counters = new Map();
  for (const [name, value] of stats) {
    const [, cluster, stat] = STAT.exec(name) ?? [];
    if (cluster === undefined || stat === undefined) continue;
    const known = clusters.get(cluster) ?? {};
    known[stat] = value;
    clusters.set(cluster, known);
  }
  return clusters;
}

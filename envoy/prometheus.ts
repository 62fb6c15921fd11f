/**
 * A cluster's statistics as Prometheus knows them: named and labelled as an Istio proxy names and labels
 * them, by Envoy itself (envoyproxy.io, Administration interface, /stats/prometheus).
 */
import { COUNTERS, GAUGES } from './statistics.ts';

/** The label that has istiod's name of a cluster. */
export const CLUSTER_LABEL = 'cluster_name';

/**
 * What tells how a breaker does, beside what a run records. From Envoy 1.38 on, a request too many for
 * max_requests counts as an active overflow; before, as a pending one.
 */
const BESIDE = [
  'upstream_rq_active_overflow',
  'upstream_cx_none_healthy',
  'lb_healthy_panic',
  'membership_total',
] as const;

/** A statistic of a cluster, by Envoy's own name. */
export type Statistic =
  (typeof COUNTERS)[number] | (typeof GAUGES)[number] | (typeof BESIDE)[number];

/** Such as `envoy_cluster_upstream_rq_pending_overflow`. */
export function metricOf(statistic: Statistic): string {
  return `envoy_cluster_${statistic.replaceAll('.', '_')}`;
}

/**
 * How Envoy takes labels out of statistics' names: what the bootstrap of an Istio proxy has for
 * clusters, and the labels by which Prometheus knows a pod, as it is scraped in a cluster.
 *
 * @param pod whose proxy it is
 */
export function statsConfig(pod: { readonly name: string; readonly namespace: string }): object {
  return {
    use_all_default_tags: false,
    stats_tags: [
      { tag_name: CLUSTER_LABEL, regex: '^cluster(\\.(.+);)' },
      { tag_name: 'response_code_class', regex: '_rq(_(\\dxx))$' },
      { tag_name: 'namespace', fixed_value: pod.namespace },
      { tag_name: 'pod', fixed_value: pod.name },
    ],
  };
}

const NAMES = [...COUNTERS, ...GAUGES, ...BESIDE].map((name) => name.replaceAll('.', '\\.'));
const QUERY = new URLSearchParams({ filter: `^cluster\\.[^;]+;\\.(${NAMES.join('|')})$` });

/** Where the admin interface has them, in the text format. */
export const BREAKER_METRICS_PATH = `/stats/prometheus?${QUERY.toString()}`;

/** Several proxies' metrics as one text: each metric's samples follow its one line of type. */
export function merged(texts: readonly string[]): string {
  const families = new Map<string, string[]>();
  for (const text of texts) {
    let samples: string[] = [];
    for (const line of text.split('\n')) {
      if (line.startsWith('# TYPE ')) {
        samples = families.get(line) ?? [];
        families.set(line, samples);
      } else if (line !== '') {
        samples.push(line);
      }
    }
  }
  return [...families].flatMap(([type, samples]) => [type, ...samples, '']).join('\n');
}

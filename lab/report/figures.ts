/** What a report tells of a proxy's cluster: its limits, and what was counted in the run. */
import { thresholds } from '../../envoy/thresholds.ts';
import type { Cluster } from '../../experiment/observation.ts';

/** The figures that the seed looked up by hand, of every proxy that had something to do. */
export const FIGURES: readonly (readonly [name: string, of: (cluster: Cluster) => number])[] = [
  ...thresholds
    .keyof()
    .options.map((name) => [name, (cluster: Cluster) => cluster.thresholds[name]] as const),
  ['cx_active', ({ endpoints }) => endpoints.reduce((sum, { cxActive }) => sum + cxActive, 0)],
  ...[
    'upstream_cx_total',
    'upstream_cx_overflow',
    'upstream_rq_total',
    'upstream_rq_pending_total',
    'upstream_rq_pending_overflow',
    'upstream_rq_retry',
    'upstream_rq_2xx',
    'upstream_rq_5xx',
  ].map(
    (name) =>
      [name, ({ before, after }: Cluster) => (after[name] ?? 0) - (before[name] ?? 0)] as const,
  ),
];

/** A subset that got nothing stays in the observation, but takes no column. */
export function wasUsed({ after }: Cluster): boolean {
  return Object.values(after).some((value) => value > 0);
}

/** When an endpoint was ejected and when it came back, as the proxies that call it saw it. */
import type { Phase } from '../../experiment/expectation.ts';
import type { Proxy } from '../../experiment/observation.ts';

/** A change of an endpoint's health, in one proxy's view. */
export interface HealthChange {
  readonly atMs: number;
  readonly proxy: string;
  readonly pod: string;
  readonly cluster: string;
  readonly ejected: boolean;
  /** The detector that ejected it, by Envoy's name; absent where the source cannot know. */
  readonly reason?: string;
}

/** Every ejection and return of a run, in the order of time. */
export function healthChanges(proxies: readonly Proxy[]): HealthChange[] {
  return proxies
    .flatMap((proxy) =>
      proxy.clusters.flatMap((cluster) =>
        cluster.endpoints.flatMap(({ pod, health }) =>
          health
            .filter((entry, index) => index > 0 || entry.outlierCheck === 'FAILED')
            .map(({ atMs, outlierCheck, reason }) => ({
              atMs,
              proxy: proxy.pod,
              pod,
              cluster: cluster.name,
              ejected: outlierCheck === 'FAILED',
              ...(reason !== undefined && { reason }),
            })),
        ),
      ),
    )
    .sort((a, b) => a.atMs - b.atMs);
}

/** The phase of the endpoint that was ejected first, at a moment of the run. */
export function phaseAt(changes: readonly HealthChange[], atMs: number): Phase {
  const first = changes.find(({ ejected }) => ejected);
  if (first === undefined || atMs < first.atMs) return 'before-ejection';
  const back = endOf(first, changes);
  return back === undefined || atMs < back.atMs ? 'ejected' : 'returned';
}

/** When an ejected endpoint came back; undefined where it did not. */
export function endOf(
  ejection: HealthChange,
  changes: readonly HealthChange[],
): HealthChange | undefined {
  return changes.find(
    (change) =>
      !change.ejected &&
      change.pod === ejection.pod &&
      change.cluster === ejection.cluster &&
      change.proxy === ejection.proxy &&
      change.atMs > ejection.atMs,
  );
}

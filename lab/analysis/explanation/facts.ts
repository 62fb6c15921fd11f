/** What the rules of an explanation may look at: a run, and nothing else. */
import type { Counter, Gauge } from '../../../envoy/statistics.ts';
import { type Thresholds, UNLIMITED } from '../../../envoy/thresholds.ts';
import { serviceOf } from '../../../envoy/clusterName.ts';
import type { Cluster, Observation, Proxy, Request } from '../../../experiment/observation.ts';

export type Facts = Omit<Observation, 'explanation' | 'verdict'>;

/** Sentences that a run gives cause for; none where the rule does not apply. */
export type Rule = (facts: Facts) => string[];

/** A cluster, and the proxy that it belongs to. */
export interface Place {
  readonly proxy: Proxy;
  readonly cluster: Cluster;
}

export function placesOf({ proxies }: Facts, role?: Proxy['role']): Place[] {
  return proxies
    .filter((proxy) => role === undefined || proxy.role === role)
    .flatMap((proxy) => proxy.clusters.map((cluster) => ({ proxy, cluster })));
}

/** The other clusters of the same service in the same proxy: its subsets' and its own. */
export function siblingsOf({ proxy, cluster }: Place): Cluster[] {
  return proxy.clusters.filter(
    ({ name }) => name !== cluster.name && serviceOf(name) === serviceOf(cluster.name),
  );
}

/** What a counter grew by in the run. */
export function grown({ before, after }: Cluster, counter: Counter): number {
  return (after[counter] ?? 0) - (before[counter] ?? 0);
}

/** What a counter grew by in several clusters together. */
export function grownIn(places: readonly Place[], counter: Counter): number {
  return places.reduce((sum, { cluster }) => sum + grown(cluster, counter), 0);
}

/** What no breaker let through in the run: for a full queue, or for the limit of active requests. */
export function overflowsIn(places: readonly Place[]): number {
  return (
    grownIn(places, 'upstream_rq_pending_overflow') + grownIn(places, 'upstream_rq_active_overflow')
  );
}

/** The most that a gauge showed. */
export function peak({ gauges }: Cluster, gauge: Gauge): number {
  return Math.max(0, ...(gauges[gauge]?.value ?? []));
}

/** Each different limit that is set, as `max_connections 5`, `max_connections 5 or 7`. */
export function limitTexts(
  places: readonly Place[],
  limits: readonly (keyof Thresholds)[],
): string[] {
  return limits.flatMap((limit) => {
    const values = places.map(({ cluster }) => cluster.thresholds[limit]);
    const set = [...new Set(values.filter((value) => value < UNLIMITED))];
    return set.length === 0 ? [] : [`${limit} ${set.sort((a, b) => a - b).join(' or ')}`];
  });
}

/** Requests that were refused so on the client's own call, not on one that a server made for them. */
export function refused(
  { requests }: Facts,
  ...by: readonly NonNullable<Request['refusedBy']>[]
): Request[] {
  return requests.filter(
    ({ refusedBy, hop }) => hop === undefined && refusedBy !== null && by.includes(refusedBy),
  );
}

export function isFlagged({ flags }: Request, flag: string): boolean {
  return flags.client?.split(',').includes(flag) ?? false;
}

/** `1 request`, `4 requests`, `2 batches`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** A clause in brackets, or nothing where there is nothing to say in it. */
export function inBrackets(...parts: readonly string[]): string {
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** A number of milliseconds as a person says it. */
export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(2))} s`;
}

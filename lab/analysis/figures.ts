/** Figures of a run that more than one reader wants. */
import type { Observation, Request } from '../../experiment/observation.ts';
import type { Role } from '../../experiment/roles.ts';

export function latencyMs({ sentMs, endedMs }: Request): number {
  return endedMs - sentMs;
}

/** By how much a counter grew during the run, in all proxies of these roles together. */
export function grown({ proxies }: Observation, roles: readonly Role[], counter: string): number {
  return proxies
    .filter(({ role }) => roles.includes(role))
    .flatMap(({ clusters }) => clusters)
    .reduce((sum, { before, after }) => sum + (after[counter] ?? 0) - (before[counter] ?? 0), 0);
}

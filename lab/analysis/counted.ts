/** The requests that figures are about: those of warm batches, or all of a load without batches. */
import type { Observation, Request } from '../../experiment/observation.ts';

export interface Counted {
  readonly requests: readonly Request[];
  /** How many batches they are from; a load without batches counts as one. */
  readonly batches: number;
}

export function countedIn({ requests }: Observation): Counted {
  const warm = requests.filter(({ warmUp }) => !warmUp);
  return { requests: warm, batches: new Set(warm.map(({ batch }) => batch)).size };
}

/** The requests that were answered well. */
export function answeredOf(requests: readonly Request[]): Request[] {
  return requests.filter(({ refusedBy }) => refusedBy === null);
}

/** How close together the requests of a batch left, which decides what a cold pool refuses. */
import { LOADS } from '../../apps/contract.ts';
import type { Observation } from '../../experiment/observation.ts';

/**
 * By batch, the longest time in ms between the first and the last request that one client sent in it.
 *
 * @returns nothing for a load without batches
 */
export function spreadsOf({
  experiment,
  batches,
  requests,
}: Pick<Observation, 'experiment' | 'batches' | 'requests'>): number[] {
  if (!LOADS[experiment.load].inBatches) return [];
  return Array.from({ length: batches }, (_, batch) => {
    const sent = requests.filter((request) => request.batch === batch);
    const byClient = [...Map.groupBy(sent, ({ client }) => client).values()];
    return Math.max(0, ...byClient.map((own) => rangeOf(own.map(({ sentMs }) => sentMs))));
  });
}

function rangeOf(values: readonly number[]): number {
  // To the microsecond: a difference of fractions has more digits than were measured.
  return Math.round(1000 * (Math.max(...values) - Math.min(...values))) / 1000;
}

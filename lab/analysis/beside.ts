/** What was predicted beside what was seen, outcome by outcome. */
import type { BesideRow, Foretold } from '../../experiment/foretold.ts';
import type { Observation } from '../../experiment/observation.ts';
import { outcomeCountsOf } from './outcomeCounts.ts';
import { byOutcome } from './outcomeWords.ts';

const NEVER = { mean: 0, p2_5: 0, p50: 0, p97_5: 0 };

/** Of the warm batches that nothing disturbed; none where there are no such batches. */
export function besideOf(observation: Observation, { outcomes }: Foretold): BesideRow[] {
  const { samples } = outcomeCountsOf(observation);
  if (samples.length === 0) return [];
  const words = new Set([
    ...Object.keys(outcomes),
    ...samples.flatMap((sample) => Object.keys(sample.outcomes)),
  ]);
  return [...words].sort(byOutcome).map((outcome) => {
    const predicted = outcomes[outcome] ?? NEVER;
    const observed = samples.map((sample) => sample.outcomes[outcome] ?? 0);
    const mean = observed.reduce((sum, count) => sum + count, 0) / observed.length;
    const outside = mean < predicted.p2_5 || mean > predicted.p97_5;
    return { outcome, predicted, observed, mean, outside };
  });
}

/** Experiments by how long they may take, before they are run. */
import type { Prepared } from '../watch/observe.ts';
import { modelOf } from './compile/modelOf.ts';
import { Simulator } from './engine/simulate.ts';

/** Where chance decides how long a batch takes, so many runs seldom miss a long one. */
const SEEDS = 5;

/** Those first of which it cannot be predicted. */
export function longestFirst(experiments: readonly Prepared[]): Prepared[] {
  const lengths = new Map(experiments.map((one) => [one, lengthMs(one)]));
  return experiments.toSorted((a, b) => (lengths.get(b) ?? 0) - (lengths.get(a) ?? 0));
}

/** The longest of some simulated runs. */
function lengthMs(prepared: Prepared): number {
  try {
    const simulator = new Simulator(modelOf(prepared));
    const runs = Array.from({ length: SEEDS }, (_, seed) => simulator.run(seed).durationMs);
    return Math.max(...runs);
  } catch {
    return Number.MAX_VALUE;
  }
}

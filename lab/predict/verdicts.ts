/** How often what an experiment expects holds where nothing is wrong: the verdicts of simulated runs. */
import { setImmediate } from 'node:timers/promises';
import type { Verdicts } from '../../experiment/prediction.ts';
import type { Prepared } from '../watch/observe.ts';
import { observations } from './observe.ts';

export interface VerdictsOptions {
  readonly seeds: number;
  readonly firstSeed?: number;
  readonly signal?: AbortSignal;
}

/**
 * @throws LabError for an experiment that cannot be predicted
 * @throws the signal's reason
 */
export async function verdictsOf(
  prepared: Prepared,
  { seeds, firstSeed = 1, signal }: VerdictsOptions,
): Promise<Verdicts> {
  const observationOf = observations(prepared);
  // In their order, which is the same in each run: two may have one name.
  const checks: Verdicts['checks'] = [];
  let hold = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const { verdict } = observationOf(seed);
    if (verdict.outcome === 'holds') hold += 1;
    for (const [index, { name, expected, outcome, seen }] of verdict.checks.entries()) {
      const check = (checks[index] ??= { name, expected, hold: 0, otherwise: null });
      if (outcome === 'holds') check.hold += 1;
      else check.otherwise ??= seen;
    }
    // Whoever interrupts it is heard.
    await setImmediate();
    signal?.throwIfAborted();
  }
  return { hold, checks };
}

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
  const checks = new Map<string, Verdicts['checks'][number]>();
  let hold = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const { verdict } = observationOf(seed);
    if (verdict.outcome === 'holds') hold += 1;
    for (const { name, expected, outcome, seen } of verdict.checks) {
      const check = checks.get(name) ?? { name, expected, hold: 0, otherwise: null };
      checks.set(
        name,
        outcome === 'holds'
          ? { ...check, hold: check.hold + 1 }
          : { ...check, otherwise: check.otherwise ?? seen },
      );
    }
    // Whoever interrupts it is heard.
    await setImmediate();
    signal?.throwIfAborted();
  }
  return { hold, checks: [...checks.values()] };
}

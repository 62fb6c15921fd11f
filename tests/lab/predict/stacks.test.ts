/**
 * Every stack that expects something: its prediction lies inside the bounds that real runs are held to,
 * and these are wide enough for what chance alone does.
 */
import { describe, expect, it } from 'vitest';
import { listStacks } from '../../../config/stackFiles.ts';
import { observation as schema } from '../../../experiment/observation.ts';
import { prepare } from '../../../lab/commands/prepare.ts';
import { PROJECT_ROOT } from '../../../lab/objects/source.ts';
import { observations } from '../../../lab/predict/observe.ts';
import { verdictsOf } from '../../../lab/predict/verdicts.ts';

const PACE = { batches: undefined, timeScale: 1 };
const SEEDS = 50;
/** Of which so many are read by the schema of an observation. */
const PARSED = 8;
/** What one of some hundred runs shows, one of these may. */
const MOST_OUTSIDE = 1;

const stacks = listStacks(PROJECT_ROOT);

describe('a prediction of each stack', () => {
  it.each(stacks)('holds what %s expects', async (stack) => {
    const prepared = await prepare(stack, { manifests: [], set: [], behaviour: [] }, PACE);
    const observationOf = observations(prepared);
    for (let seed = 1; seed <= PARSED; seed += 1) {
      expect(schema.safeParse(observationOf(seed)).error).toBeUndefined();
    }
    const { hold, checks } = await verdictsOf(prepared, { seeds: SEEDS });
    const failing = checks.filter(({ otherwise }) => otherwise !== null);
    expect(SEEDS - hold, JSON.stringify(failing)).toBeLessThanOrEqual(MOST_OUTSIDE);
  });
});

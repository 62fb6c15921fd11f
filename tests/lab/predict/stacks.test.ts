/**
 * Every stack that expects something: its prediction lies inside the bounds that real runs are held to,
 * and these are wide enough for what chance alone does.
 */
import { describe, expect, it } from 'vitest';
import { listStacks } from '../../../config/stackFiles.ts';
import { observation as schema } from '../../../experiment/observation.ts';
import { prepare } from '../../../lab/commands/prepare.ts';
import { PROJECT_ROOT } from '../../../lab/objects/source.ts';
import { predicted } from '../../../lab/predict/observe.ts';

const PACE = { batches: undefined, timeScale: 1 };
const WATCHING = { signal: new AbortController().signal, onProgress: () => undefined };
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);
/** What one of some hundred runs shows, one of these may. */
const MOST_OUTSIDE = 1;

const stacks = listStacks(PROJECT_ROOT);

describe('a prediction of each stack', () => {
  it.each(stacks)('holds what %s expects', async (stack) => {
    const prepared = await prepare(stack, { manifests: [], set: [], behaviour: [] }, PACE);
    const outside: unknown[] = [];
    for (const seed of SEEDS) {
      const seen = await predicted({ seed })(prepared, WATCHING);
      expect(schema.safeParse(seen).error).toBeUndefined();
      const failed = seen.verdict.checks.filter(({ outcome }) => outcome !== 'holds');
      if (failed.length > 0) outside.push({ seed, failed });
    }
    if (outside.length > MOST_OUTSIDE) expect(outside).toEqual([]);
  });
});

/** How often a check of a recovery runs on real Envoys, and which of its runs counts. */
import { describe, expect, it } from 'vitest';
import { mostOfThree, type SeenRun } from '../../../lab/commands/checkRecovery.ts';

const PART = { success: 1, p90Ms: 100, attempts: 1 };

/** A run that came back, did not, or tells nothing. */
const RUNS: Record<string, Pick<SeenRun, 'backAfterMs' | 'tells'>> = {
  back: { backAfterMs: 400, tells: true },
  down: { backAfterMs: null, tells: true },
  busy: { backAfterMs: null, tells: false },
};

async function seen(names: readonly string[], isPredicted: (isBack: boolean) => boolean) {
  let runs = 0;
  const told = await mostOfThree(() => {
    const name = names[runs++];
    const run = RUNS[name ?? ''];
    if (run === undefined) throw new Error('one run more than expected');
    return Promise.resolve({
      ...{ retries: 2, maxConnections: 0, before: PART, during: PART, atTheEnd: PART },
      ...run,
    });
  }, isPredicted);
  expect(told.runs).toBe(runs);
  return [told.backAfterMs === null ? 'down' : 'back', told.tells, told.alike, told.runs];
}

describe('a stack that is predicted to stay down', () => {
  it.each([
    ['does so, and is seen once', ['down'], ['down', true, 1, 1]],
    ['comes back by chance, and not again', ['back', 'down', 'down'], ['down', true, 2, 3]],
    ['comes back twice, which needs no third run', ['back', 'back'], ['back', true, 2, 2]],
    ['comes back in two of three', ['back', 'down', 'back'], ['back', true, 2, 3]],
    ['is seen on a busy machine', ['busy'], ['down', false, 1, 1]],
    ['comes back before the machine is busy', ['back', 'busy'], ['down', false, 1, 2]],
  ] as const)('%s', async (_, names, expected) => {
    expect(await seen(names, (isBack) => !isBack)).toEqual(expected);
  });
});

it('one run is enough where simulated runs do both', async () => {
  expect(await seen(['back'], () => true)).toEqual(['back', true, 1, 1]);
  expect(await seen(['down'], () => true)).toEqual(['down', true, 1, 1]);
});

/** Every rule's experiment, on real Envoys: its fault shows, and without it does not. */
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../experiment/observation.ts';
import { isFailure } from '../../../experiment/summary.ts';
import { runSideBySide } from '../../../lab/commands/sideBySide.ts';
import { type SideName, sideOf } from '../../../lab/lint/experiment.ts';
import type { Rule } from '../../../lab/lint/rule.ts';
import { RULES } from '../../../lab/lint/rules.ts';
import { SideBySideView } from '../../../lab/report/sideBySideView.ts';
import { preparedOf } from '../../../lab/watch/prepared.ts';
import { skipIfInconclusive } from '../../support/busyMachine.ts';
import { lab } from '../../support/lab.ts';

/** Two sides of two rules: more at a time disturb each other. */
const JOBS = 4;

const sides = RULES.flatMap((rule) =>
  (['bad', 'good'] as const).map((name) => ({
    rule,
    name,
    prepared: preparedOf(sideOf(rule, name), {}, { batches: undefined, timeScale: 1 }),
  })),
);

/** All of them, begun when the first is asked for. */
const endings = runSideBySide(
  sides.map(({ prepared }) => prepared),
  {
    jobs: JOBS,
    signal: new AbortController().signal,
    view: new SideBySideView(process.stderr, sides.length),
  },
);

async function observed(rule: Rule, name: SideName): Promise<Observation> {
  const side = sides.find((one) => one.rule === rule && one.name === name);
  const ending = side && (await endings).get(side.prepared);
  if (ending === undefined || isFailure(ending)) throw new Error(ending?.reason ?? 'it was lost');
  return ending;
}

describe.each(RULES)('the experiment of $id $name', (rule) => {
  it.for(['bad', 'good'] as const)('%s', { timeout: 600_000 }, async (name, context) => {
    const seen = await observed(rule, name);
    expect(seen.faults).toEqual([]);
    skipIfInconclusive(context, seen);
    expect(seen.verdict).toMatchObject({ outcome: 'holds' });
  });
});

describe('lab lint --show', () => {
  it('says no rule has the id', async () => {
    const { code, stdout, stderr } = await lab(['lint', '--show', 'CL0012']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^no rule 'CL0012'\. Did you mean 'CL001'\? Rules: CL001, CL002/);
  });
});

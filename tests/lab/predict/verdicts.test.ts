/** Verdicts of simulated runs: which checks hold in how many, and what is seen where one does not. */
import { expect, it } from 'vitest';
import type { Expectation } from '../../../experiment/expectation.ts';
import { prediction } from '../../../experiment/prediction.ts';
import { prepare } from '../../../lab/commands/prepare.ts';
import { verdictsOf } from '../../../lab/predict/verdicts.ts';
import type { Prepared } from '../../../lab/watch/observe.ts';
import { labHere as lab } from '../../support/labHere.ts';

const SEEDS = 40;

async function expecting(expectations: readonly Expectation[]): Promise<Prepared> {
  const prepared = await prepare('fail-fast', {}, { batches: undefined, timeScale: 1 });
  return { ...prepared, experiment: { ...prepared.experiment, expect: [...expectations] } };
}

const answered = (count: [number, number]): Expectation => ({
  name: `${count.join(' to ')} answered`,
  status: 200,
  count,
});

it('counts each check by itself, and the runs of which all hold', async () => {
  const prepared = await expecting([answered([0, 10]), answered([6, 6]), answered([10, 10])]);
  const { hold, checks } = await verdictsOf(prepared, { seeds: SEEDS });
  expect(hold).toBe(0);
  const of = (name: string): (typeof checks)[number] | undefined =>
    checks.find((check) => check.name === name);
  expect(of('0 to 10 answered')).toMatchObject({ hold: SEEDS, otherwise: null });
  // Six are answered in nearly every warm batch, five in the others.
  const sometimes = of('6 to 6 answered');
  expect(sometimes?.hold).toBeGreaterThan(0);
  expect(sometimes?.hold).toBeLessThan(SEEDS);
  expect(sometimes?.otherwise).toMatch(/^\d( \d)+$/);
  expect(of('10 to 10 answered')).toMatchObject({
    hold: 0,
    otherwise: expect.stringMatching(/^\d/) as string,
  });
});

it('tells two checks of one name apart', async () => {
  const named = (count: [number, number]): Expectation => ({
    ...answered(count),
    name: 'answered',
  });
  const prepared = await expecting([named([0, 10]), named([10, 10])]);
  const { hold, checks } = await verdictsOf(prepared, { seeds: 5 });
  const own = checks.filter(({ name }) => name === 'answered');
  expect(own.map((check) => check.hold)).toEqual([5, 0]);
  expect(hold).toBe(0);
});

it('is the same for the same seeds, whatever came before them', async () => {
  const prepared = await expecting([answered([6, 6])]);
  const held = async (firstSeed: number, seeds: number): Promise<number> =>
    (await verdictsOf(prepared, { firstSeed, seeds })).hold;
  const all = await held(1, SEEDS);
  expect((await held(1, 15)) + (await held(16, SEEDS - 15))).toBe(all);
});

it('ends where it is interrupted', async () => {
  const interrupted = new AbortController();
  const judging = verdictsOf(await expecting([]), { seeds: 1e6, signal: interrupted.signal });
  interrupted.abort(new Error('enough'));
  await expect(judging).rejects.toThrow('enough');
});

it('lab predict prints them where they are asked for', async () => {
  const args = ['predict', 'fail-fast', '--seeds', '10', '--no-report', '--json'];
  const { stdout } = await lab([...args, '--verdicts']);
  const { verdicts } = prediction.parse(JSON.parse(stdout));
  expect(verdicts?.checks.map(({ name }) => name)).toContain('nothing broke');
  expect(verdicts?.hold).toBeGreaterThan(0);
});

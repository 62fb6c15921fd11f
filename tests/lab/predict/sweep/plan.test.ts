/** Models of cells are put together only where that gives the very models that would be made. */
import { expect, it } from 'vitest';
import type { Model } from '../../../../lab/predict/model.ts';
import { allPicks, modelIn, type Picks, planOf } from '../../../../lab/predict/sweep/plan.ts';

/** A stand-in: a plan knows of a model only that it is plain data. */
function modelsOf(of: (picks: Picks) => object): {
  modelFor: (picks: Picks) => Promise<Model>;
  made: number[];
} {
  const made: number[] = [];
  return {
    made,
    modelFor: (picks) => {
      made.push(picks.length);
      return Promise.resolve(of(picks) as Model);
    },
  };
}

it('makes a model a value, not one a cell, where keys change different things', async () => {
  const of = ([x = 0, y = 0]: Picks): object => ({
    limits: [x === 0 ? Infinity : x, y],
    name: 'same',
  });
  const { modelFor, made } = modelsOf(of);
  const plan = await planOf([20, 30], modelFor);
  expect(made.length).toBeLessThan(60);
  for (const picks of allPicks([20, 30])) expect(plan && modelIn(plan, picks)).toEqual(of(picks));
});

it.each([
  ['change the same thing', ([x = 0, y = 0]: Picks): object => ({ product: x * 100 + y })],
  [
    'change a third thing together',
    ([x = 0, y = 0]: Picks): object => ({ x, y, both: x > 0 && y > 0 }),
  ],
])('makes none where two keys %s', async (_, of) => {
  expect(await planOf([4, 5], modelsOf(of).modelFor)).toBeUndefined();
});

it('has every combination once, the last key fastest', () => {
  expect(allPicks([2, 3])).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
  ]);
});

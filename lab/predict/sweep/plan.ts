/** The models of all cells of a sweep, each put together of what its values change where that can be done. */
import { isDeepStrictEqual } from 'node:util';
import type { Model } from '../model.ts';
import { areApart, patched, type Patch, patchOf } from './patches.ts';

/** One value of every axis, by their indices. */
export type Picks = readonly number[];

export type ModelFor = (picks: Picks) => Promise<Model>;

export interface Plan {
  readonly base: Model;
  /** By axis and value. */
  readonly patches: readonly (readonly Patch[])[];
}

export function modelIn({ base, patches }: Plan, picks: Picks): Model {
  return patched(
    base,
    picks.map((pick, axis) => patches[axis]?.[pick] ?? []),
  );
}

/**
 * Makes a model for every value of each axis, the others at their base, in place of one for every cell.
 *
 * @param sizes how many values each axis has
 * @returns undefined where values of several axes change the same, and each cell needs a model of its own
 */
export async function planOf(
  sizes: readonly number[],
  modelFor: ModelFor,
  onModel: (done: number, all: number) => void = () => undefined,
): Promise<Plan | undefined> {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  const counted: ModelFor = async (picks) => {
    const model = await modelFor(picks);
    done += 1;
    onModel(done, all);
    return model;
  };
  const zero = sizes.map(() => 0);
  const base = await counted(zero);
  const patches: Patch[][] = [];
  for (const [axis, size] of sizes.entries()) {
    const ofAxis: Patch[] = [[]];
    for (let value = 1; value < size; value += 1) {
      ofAxis.push(patchOf(base, await counted(zero.with(axis, value))));
    }
    patches.push(ofAxis);
  }
  if (!areApart(patches.map((ofAxis) => ofAxis.flat()))) return undefined;
  const plan: Plan = { base, patches };
  // What two values do together may be more than what each does: looked at where all are changed.
  for (const picks of [
    sizes.map((size) => size - 1),
    sizes.map((size) => Math.ceil((size - 1) / 2)),
  ]) {
    if (!isDeepStrictEqual(modelIn(plan, picks), await modelFor(picks))) return undefined;
  }
  return plan;
}

/** Every combination, the last axis fastest. */
export function allPicks(sizes: readonly number[]): Picks[] {
  return sizes.reduce<Picks[]>(
    (cells, size) =>
      cells.flatMap((picks) => Array.from({ length: size }, (_, value) => [...picks, value])),
    [[]],
  );
}

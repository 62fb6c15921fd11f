/** The matrix of configurations: proves that a seed decides it, and that what is held out is a third. */
import { describe, expect, it } from 'vitest';
import { matrix } from '../../../bench/fidelity/matrix.ts';
import { prepared } from '../../../bench/fidelity/real.ts';

const all = matrix();

describe('the matrix', () => {
  it('has at least 120 configurations, each of its own', () => {
    expect(all.length).toBeGreaterThanOrEqual(120);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const contents = all.map(({ settings, law }) => JSON.stringify([settings, law]));
    expect(new Set(contents).size).toBe(all.length);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(matrix()).toEqual(all);
    expect(matrix(1)).not.toEqual(all);
  });

  it('holds out a third, which a seed of its own draws anew', () => {
    const heldOut = all.filter(({ part }) => part === 'held-out');
    expect(heldOut).toHaveLength(all.length / 3);
    const other = matrix(undefined, 1).filter(({ part }) => part === 'held-out');
    const settings = (some: typeof all): string[] =>
      some.map(({ settings: one, law }) => JSON.stringify([one, law]));
    expect(settings(other).filter((one) => settings(heldOut).includes(one))).toEqual([]);
    // What is not held out stays as it was.
    const kept = new Map(matrix(undefined, 1).map((one) => [one.id, one]));
    for (const one of all.filter(({ part }) => part === 'training')) {
      expect(kept.get(one.id) ?? one).toEqual(one);
    }
  });

  it('has every kind in the part that is run first', () => {
    const kinds = (some: typeof all): Set<string> => new Set(some.map(({ kind }) => kind));
    expect(kinds(all.filter(({ part }) => part === 'training'))).toEqual(kinds(all));
  });

  it('can be run: one of each kind makes objects', async () => {
    const one = [...Map.groupBy(all, ({ kind }) => kind).values()].flatMap((some) => some[0] ?? []);
    for (const configuration of one) {
      const { mesh } = await prepared(configuration);
      expect(mesh.madeUp).toEqual([]);
    }
  });
});

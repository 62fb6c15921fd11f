/** A quantile is a value that was seen: proves which. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quantile } from '../../../lab/analysis/quantile.ts';

it.each([
  [0, 1],
  [0.025, 1],
  [0.5, 2],
  [0.51, 3],
  [0.975, 4],
  [1, 4],
])('at %d of 1 2 3 4 is %i', (share, value) => {
  expect(quantile([1, 2, 3, 4], share)).toBe(value);
});

it('at least that share does not exceed it, and it is the smallest such value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(9), { minLength: 1 }),
      fc.constantFrom(0.025, 0.5, 0.9, 0.975, 1),
      (values, share) => {
        const at = quantile(
          values.toSorted((a, b) => a - b),
          share,
        );
        const upTo = (limit: number): number =>
          values.filter((value) => value <= limit).length / values.length;
        expect(upTo(at)).toBeGreaterThanOrEqual(share);
        expect(upTo(at - 1)).toBeLessThan(share);
      },
    ),
  );
});

it('of nothing there is none', () => {
  expect(quantile([], 0.5)).toBeNaN();
});

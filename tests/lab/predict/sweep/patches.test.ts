/** What a value changes in plain data is found, made in a copy, and made together with what others change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areApart, patched, patchOf } from '../../../../lab/predict/sweep/patches.ts';

const data = fc.object({
  maxDepth: 3,
  withNullPrototype: false,
  key: fc.constantFrom('a', 'b', 'c', '0'),
});

it('makes any data of any other, and leaves both as they were', () => {
  fc.assert(
    fc.property(data, data, (from, to) => {
      const before = structuredClone(from);
      expect(patched(from, [patchOf(from, to)])).toEqual(to);
      expect(from).toEqual(before);
    }),
  );
});

it('changes no more than what differs', () => {
  const from = {
    clusters: [{ limits: { rq: 1, cx: Infinity } }, { limits: { rq: 2, cx: 3 } }],
    name: 'a',
  };
  const to = { clusters: [{ limits: { rq: 1, cx: 5 } }, { limits: { rq: 2, cx: 5 } }], name: 'a' };
  const patch = patchOf(from, to);
  expect(patch.map(({ path }) => path.join('.'))).toEqual([
    'clusters.0.limits.cx',
    'clusters.1.limits.cx',
  ]);
  expect(patched(from, [patch]).clusters).toEqual(to.clusters);
});

describe('changes can be made together', () => {
  const base = { a: { x: 1, y: 1 }, list: [1, 2] };
  const x = patchOf(base, { ...base, a: { x: 2, y: 1 } });
  const y = patchOf(base, { ...base, a: { x: 1, y: 2 } });
  const longer = patchOf(base, { ...base, list: [1, 2, 3] });
  const second = patchOf(base, { ...base, list: [1, 5] });

  it('where none is at, above or below another', () => {
    expect(areApart([x, y, longer])).toBe(true);
    expect(patched(base, [x, y, longer])).toEqual({ a: { x: 2, y: 2 }, list: [1, 2, 3] });
    // Of one value of a key only one is made.
    expect(areApart([[...longer, ...second], x])).toBe(true);
  });

  it.each([
    ['at another', [x, x]],
    ['above another', [longer, second]],
    ['below another', [second, longer]],
  ])('and not where one is %s', (_, patches) => {
    expect(areApart(patches)).toBe(false);
  });
});

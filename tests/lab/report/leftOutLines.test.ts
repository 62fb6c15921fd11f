import { expect, it } from 'vitest';
import { leftOutLines } from '../../../lab/report/leftOutLines.ts';

const harmless = (n: number, field?: string) => ({
  object: `Secret shop/s${n}`,
  ...(field === undefined ? {} : { field }),
  sentence: 'is not mounted',
  mayChangeOutcomes: false,
});

it('has what may change an outcome first, and in full what no object says', () => {
  expect(
    leftOutLines([
      harmless(1),
      { sentence: 'one of 2 requests was not logged', mayChangeOutcomes: false },
      { object: 'Ingress shop/i', sentence: 'is not served', mayChangeOutcomes: true },
    ]),
  ).toEqual([
    'Ingress shop/i: is not served',
    'one of 2 requests was not logged',
    'changing no outcome: Secret shop/s1',
  ]);
});

it('names the fields of the first objects that change nothing, and counts the others', () => {
  const many = [1, 1, 2, 3, 4, 5, 6].map((n, i) => harmless(n, n === 1 ? `f${i}` : undefined));
  expect(leftOutLines(many)).toEqual([
    'changing no outcome: Secret shop/s1 (f0, f1), Secret shop/s2, Secret shop/s3, Secret shop/s4 and 2 more objects',
  ]);
  expect(leftOutLines([])).toEqual([]);
});

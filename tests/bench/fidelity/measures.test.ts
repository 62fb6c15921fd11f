/** The measures of fidelity: proves them on cases whose answers can be worked out by hand. */
import { describe, expect, it } from 'vitest';
import {
  coverage,
  noiseFloor,
  predictedShares,
  sharesOf,
  totalVariation,
  wasserstein,
} from '../../../bench/fidelity/measures.ts';

const ok = 'answered/1';
const no = 'client-proxy/pending';

/** Batches of ten, with so many answered in each. */
const answered = (...counts: number[]): Record<string, number>[] =>
  counts.map((count) => ({ [ok]: count, [no]: 10 - count }));

/** In so many of the predicted batches, from no request on, so many requests were answered. */
function forecastOf(histogram: readonly number[]): Parameters<typeof coverage>[0] {
  const batches = histogram.reduce((sum, count) => sum + count, 0);
  return { id: 'x', seeds: 1, batches, outcomes: { [ok]: [...histogram] }, latencies: [] };
}

describe('total variation', () => {
  it.each([
    [answered(5), answered(5), 0],
    [answered(5), answered(6), 0.1],
    [answered(0), answered(10), 1],
    [answered(4, 6), answered(5), 0],
  ])('of %j and %j is %d', (a, b, distance) => {
    expect(totalVariation(sharesOf([a]), sharesOf([b]))).toBeCloseTo(distance);
  });

  it('counts an outcome that only one side knows', () => {
    const other = new Map([['timeout', 1]]);
    expect(totalVariation(sharesOf([answered(10)]), other)).toBe(1);
  });
});

it('predicted shares are of all requests in all batches', () => {
  const forecast = {
    ...forecastOf([0, 0, 1, 1]),
    outcomes: { [ok]: [0, 0, 1, 1], [no]: [0, 0, 1, 1] },
  };
  expect(Object.fromEntries(predictedShares(forecast))).toEqual({ [ok]: 0.5, [no]: 0.5 });
});

describe('the noise floor', () => {
  it('is the mean distance over all ways to halve the runs', () => {
    // 4 4 against 6 6, and twice 4 6 against 4 6.
    const runs = [answered(4), answered(4), answered(6), answered(6)];
    expect(noiseFloor(runs)).toBeCloseTo((0.2 + 0 + 0) / 3);
  });

  it('is never below one request in a half', () => {
    expect(noiseFloor([answered(5), answered(5)])).toBeCloseTo(1 / 10);
  });
});

describe('coverage', () => {
  it('of a sure prediction that is right is 95 %, all within, without width', () => {
    const { middle, within, width } = coverage(forecastOf([0, 0, 0, 8]), [[{ [ok]: 3 }]]);
    expect(middle).toBeCloseTo(0.95);
    expect({ within, width }).toEqual({ within: 1, width: 0 });
  });

  it('of a sure prediction that is wrong is nothing', () => {
    const { middle, within } = coverage(forecastOf([0, 0, 0, 8]), [[{ [ok]: 2 }]]);
    expect({ middle, within }).toEqual({ middle: 0, within: 0 });
  });

  it('of what is seen as often as predicted is 95 %', () => {
    const histogram = [1, 3, 4, 2];
    const seen = histogram.flatMap((often, count) =>
      Array.from({ length: often }, () => ({ [ok]: count })),
    );
    expect(coverage(forecastOf(histogram), [seen]).middle).toBeCloseTo(0.95);
  });

  it('of an outcome that was never predicted is nothing', () => {
    const { middle } = coverage(forecastOf([0, 1]), [[{ [ok]: 1, timeout: 2 }]]);
    expect(middle).toBeCloseTo(0.95 / 2);
  });
});

it('Wasserstein-1 is by how much the quantiles are apart', () => {
  expect(wasserstein([1, 2, 3], [2, 2, 5])).toBe(1);
});

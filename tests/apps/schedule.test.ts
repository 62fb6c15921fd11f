/** When requests are due: the forms that rates and times are written in, and what is made of them. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { arrivals } from '../../apps/client/poisson.ts';
import { stepwise } from '../../apps/client/steps.ts';
import { seededRandom } from '../../apps/common/random.ts';
import { formatRate, parseRate, parseSendAt, parseSteps } from '../../apps/common/schedule.ts';

test.each([
  ['40/s', 40],
  [' 0.5 / s ', 0.5],
  ['90/m', 1.5],
  ['36/h', 0.01],
  ['0/s', 0],
  ['40', undefined],
  ['-1/s', undefined],
  ['40/ms', undefined],
  ['9999999999/s', undefined],
  ['', undefined],
])('the rate %j is %s a second', (text, perSecond) => {
  const found = parseRate(text);
  if (perSecond === undefined) expect(found).toBeUndefined();
  else expect(found).toBeCloseTo(perSecond, 9);
});

test('a rate is read as it was written', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1_000_000, noNaN: true }), (perSecond) => {
      expect(parseRate(formatRate(perSecond))).toBeCloseTo(perSecond, 6);
    }),
  );
});

test.each([
  ['10/s for 5s', [{ perSecond: 10, forMs: 5000 }]],
  [
    '10/s for 1s,0/s for 250ms',
    [
      { perSecond: 10, forMs: 1000 },
      { perSecond: 0, forMs: 250 },
    ],
  ],
  ['0/s for 1s', undefined],
  ['10/s', undefined],
  ['10/s for', undefined],
  ['10/s for 0s', undefined],
  ['10/s for 5', undefined],
  ['10/s for 5s,', undefined],
])('the steps %j', (text, steps) => {
  expect(parseSteps(text)).toEqual(steps);
});

test.each([
  ['0ms', [0]],
  ['0s, 120ms,1.5s', [0, 120, 1500]],
  ['5ms, 5ms', [5, 5]],
  ['5ms, 4ms', undefined],
  ['5', undefined],
  ['', undefined],
])('the times %j', (text, times) => {
  expect(parseSendAt(text)).toEqual(times);
});

it('steps are even in themselves and end in time', () => {
  expect([
    ...stepwise([
      { perSecond: 10, forMs: 300 },
      { perSecond: 0, forMs: 50 },
      { perSecond: 100, forMs: 25 },
    ]),
  ]).toEqual([0, 100, 200, 350, 360, 370]);
});

it('steps have the requests of their rates', () => {
  const step = fc.record({
    perSecond: fc.integer({ min: 0, max: 200 }),
    forMs: fc.integer({ min: 1, max: 3000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
      const dues = [...stepwise(steps)];
      expect(dues).toEqual(dues.toSorted((a, b) => a - b));
      const wanted = steps.map(({ perSecond, forMs }) => Math.ceil((perSecond * forMs) / 1000));
      expect(dues).toHaveLength(wanted.reduce((a, b) => a + b, 0));
      expect(dues.at(-1) ?? 0).toBeLessThan(steps.reduce((sum, { forMs }) => sum + forMs, 0));
    }),
  );
});

describe('random arrivals', () => {
  function first(count: number, perSecond: number, seed: number): number[] {
    const found: number[] = [];
    for (const atMs of arrivals(perSecond, seededRandom(seed))) {
      if (found.push(atMs) === count) break;
    }
    return found;
  }

  it('are the same for the same seed, and others for another', () => {
    expect(first(20, 40, 7)).toEqual(first(20, 40, 7));
    expect(first(20, 40, 8)).not.toEqual(first(20, 40, 7));
  });

  it('have the gaps of an exponential law with the mean that was asked for', () => {
    const times = first(20_000, 40, 1);
    const gaps = times.map((ms, index) => ms - (times[index - 1] ?? 0));
    const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
    expect(mean).toBeGreaterThan(24.5);
    expect(mean).toBeLessThan(25.5);
    // Of exponential times, 1/e are longer than the mean.
    expect(gaps.filter((gap) => gap > 25).length / gaps.length).toBeCloseTo(Math.exp(-1), 1);
  });
});

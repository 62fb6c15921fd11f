import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawFrom, type Law, medianOf, parseLaw, scaleLaw } from '../../apps/common/law.ts';
import { seededRandom } from '../../apps/common/random.ts';

function law(text: string): Law {
  return parseLaw(text) ?? expect.fail(`'${text}' is no law`);
}

function draws(text: string, n = 20_000): number[] {
  const random = seededRandom(7);
  const one = law(text);
  return Array.from({ length: n }, () => drawFrom(one, random)).sort((a, b) => a - b);
}

it.each<[string, Law]>([
  ['50ms', { kind: 'fixed', ms: 50 }],
  ['0s', { kind: 'fixed', ms: 0 }],
  ['uniform(10ms, 90ms)', { kind: 'uniform', minMs: 10, maxMs: 90 }],
  [' uniform( 10ms,1s ) ', { kind: 'uniform', minMs: 10, maxMs: 1000 }],
  ['exponential(mean=20ms)', { kind: 'exponential', meanMs: 20 }],
  ['exponential(20ms)', { kind: 'exponential', meanMs: 20 }],
  ['samples(3ms, 1ms, 2s)', { kind: 'samples', samplesMs: [3, 1, 2000] }],
])('reads %s', (text, expected) => {
  expect(parseLaw(text)).toEqual(expected);
});

it.each([
  ...['', '50', 'fifty', 'uniform(10ms)', 'uniform(90ms, 10ms)', 'uniform(1ms, 2ms, 3ms)'],
  ...['lognormal(20ms, 400ms)', 'lognormal(p50=20ms)', 'lognormal(p50=20ms, p98=1s)'],
  ...['lognormal(p50=20ms, p99=10ms)', 'lognormal(p50=0s, p99=1s)', 'lognormal(p99=1s, p90=1s)'],
  ...['exponential()', 'samples()', 'samples(1ms, two)', 'pareto(1ms)', 'uniform(10ms, 90ms'],
])('refuses %j', (text) => {
  expect(parseLaw(text)).toBeUndefined();
});

it.each([
  ['lognormal(p50=20ms, p99=400ms)', 0.5, 20],
  ['lognormal(p50=20ms, p99=400ms)', 0.99, 400],
  ['lognormal(p90=100ms, p50=20ms)', 0.9, 100],
  ['exponential(mean=20ms)', 1 - 1 / Math.E, 20],
  ['uniform(10ms, 90ms)', 0.25, 30],
])('draws by %s: quantile %d is %d ms', (text, quantile, ms) => {
  const seen = draws(text)[Math.floor(quantile * 20_000)] ?? 0;
  expect(seen / ms).toBeGreaterThan(0.85);
  expect(seen / ms).toBeLessThan(1.15);
});

it('draws each of its samples, and nothing else', () => {
  expect([...new Set(draws('samples(3ms, 1ms, 2s)', 200))]).toEqual([1, 3, 2000]);
});

const some = fc.oneof(
  ...[fc.constant('50ms'), fc.constant('uniform(10ms, 90ms)'), fc.constant('exponential(20ms)')],
  ...[fc.constant('lognormal(p50=20ms, p99=400ms)'), fc.constant('samples(3ms, 1ms, 2s)')],
);

it('scales every draw, and the median, by the same factor', () => {
  fc.assert(
    fc.property(
      some,
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      fc.nat(),
      (text, by, seed) => {
        const whole = drawFrom(law(text), seededRandom(seed));
        expect(drawFrom(scaleLaw(law(text), by), seededRandom(seed))).toBeCloseTo(whole * by, 6);
        expect(medianOf(scaleLaw(law(text), by))).toBeCloseTo(medianOf(law(text)) * by, 6);
      },
    ),
  );
});

it('has a median that half of the draws stay below', () => {
  fc.assert(
    fc.property(some, (text) => {
      const below = draws(text, 2000).filter((ms) => ms <= medianOf(law(text))).length;
      expect(below).toBeGreaterThanOrEqual(900);
    }),
    { numRuns: 20 },
  );
});

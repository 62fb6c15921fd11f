/** From Envoy's test/extensions/filters/http/adaptive_concurrency/controller/gradient_controller_test.cc. */
import type { GradientConfig } from '../../../../lab/predict/engine/gradient.ts';
import type { Vector } from './vector.ts';

export type GradientStep =
  /** So many requests come; so many of them are let through. */
  | { readonly atMs: number; readonly asked: number; readonly admitted: number }
  /** So many that were let through are answered, each this long after it was sent. */
  | { readonly atMs: number; readonly answered: number; readonly afterMs: number }
  | { readonly cancelled: number }
  | { readonly atMs: number; readonly limit: number | 'more' | 'less' | 'same' }
  | { readonly measuring: boolean }
  | { readonly leastMs: number };

export interface GradientVector extends Vector {
  readonly config: Partial<GradientConfig>;
  readonly script: readonly GradientStep[];
}

const NO_JITTER = { jitter: 0, measureEveryMs: 30_000, updateEveryMs: 100 } as const;
const FIVE = { ...NO_JITTER, requestCount: 5 } as const;

/** One after the other at one moment, each let through and answered. */
const served = (atMs: number, count: number, afterMs: number): GradientStep[] =>
  Array.from({ length: count }, (): GradientStep[] => [
    { atMs, asked: 1, admitted: 1 },
    { atMs, answered: 1, afterMs },
  ]).flat();

/** Windows of a tenth of a second one after the other, with the change of the limit in each. */
const windows = (
  fromMs: number,
  count: number,
  afterMs: number,
  limit: 'more' | 'less' | 'same',
): GradientStep[] =>
  Array.from({ length: count }, (_, index): GradientStep[] => {
    const atMs = fromMs + 100 * index;
    return [...served(atMs, 5, afterMs), { atMs: atMs + 100, limit }];
  }).flat();

export const GRADIENT_VECTORS: readonly GradientVector[] = [
  {
    restates: 'GradientControllerConfigTest.DefaultValuesTest',
    fact: 'it begins by measuring, at a limit of 3, with 50 requests',
    config: { ...NO_JITTER },
    script: [
      { atMs: 0, asked: 4, admitted: 3 },
      { atMs: 10, answered: 3, afterMs: 10 },
      ...served(10, 46, 10),
      ...[{ measuring: true }, ...served(10, 1, 10), { measuring: false }, { leastMs: 10 }],
    ],
  },
  {
    restates: 'GradientControllerTest.MinRTTLogicTest',
    fact: 'the limit is the least one until 50 requests were measured',
    config: { ...NO_JITTER, minConcurrency: 7 },
    script: [
      ...[{ measuring: true }, { atMs: 0, asked: 9, admitted: 7 }],
      { atMs: 13, answered: 7, afterMs: 13 },
      ...([...served(13, 42, 13), { atMs: 13, limit: 7 }, { measuring: true }] as const),
      ...([...served(13, 1, 13), { measuring: false }, { leastMs: 13 }] as const),
    ],
  },
  {
    restates: 'GradientControllerTest.MinRTTEpoch',
    fact: 'what was sent before a measurement does not count in it',
    config: { ...NO_JITTER, requestCount: 25, minConcurrency: 2, buffer: 0 },
    script: [
      ...served(2000, 25, 1350),
      ...([{ measuring: false }, { leastMs: 1350 }] as const),
      { atMs: 31_000, asked: 2, admitted: 2 },
      { atMs: 33_000, limit: 2 },
      ...([{ measuring: true }, { atMs: 33_000, answered: 2, afterMs: 2000 }] as const),
      ...([...served(36_000, 24, 1350), { measuring: true }] as const),
    ],
  },
  {
    restates: 'GradientControllerTest.CancelLatencySample',
    fact: 'the median of what was measured is the least round trip',
    config: FIVE,
    script: [...[1, 2, 3, 4, 5].flatMap((ms) => served(10, 1, ms)), { leastMs: 3 }],
  },
  {
    restates: 'GradientControllerTest.SamplePercentileProcessTest',
    fact: 'a request that was given up makes room for another',
    config: FIVE,
    script: [
      { atMs: 0, asked: 4, admitted: 3 },
      ...([{ cancelled: 1 }, { atMs: 0, asked: 2, admitted: 1 }] as const),
    ],
  },
  {
    restates: 'GradientControllerTest.MinRTTBufferTest',
    fact: 'within the buffer a round trip above the least one lets the limit grow',
    config: { ...FIVE, buffer: 0.5 },
    script: [...served(10, 5, 5), { leastMs: 5 }, ...windows(10, 10, 6, 'more')],
  },
  {
    restates: 'GradientControllerTest.ConcurrencyLimitBehaviorTestBasic',
    fact: 'it grows while round trips are short, and shrinks when they are long',
    config: { ...FIVE, buffer: 0.1, minConcurrency: 7 },
    script: [
      ...([...served(10, 5, 5), { leastMs: 5 }, ...windows(10, 10, 4, 'more')] as const),
      // So long that the headroom, the square root, does not make up for it.
      ...windows(1010, 10, 6, 'less'),
    ],
  },
  {
    restates: 'GradientControllerTest.MinRTTReturnToPreviousLimit',
    fact: 'after a measurement the limit is the one from before it',
    config: FIVE,
    script: [
      ...([...served(10, 5, 5), ...windows(10, 5, 4, 'more')] as const),
      ...([{ atMs: 31_000, limit: 3 }, { measuring: true }, ...served(32_000, 5, 13)] as const),
      // After 3, 6, 12, 23 and 41: each time 1.5625 times the last one, and the root of that.
      { atMs: 32_000, limit: 72 },
    ],
  },
  {
    restates: 'GradientControllerTest.MinRTTRescheduleTest',
    fact: 'while it measures nothing else changes the limit',
    config: FIVE,
    script: [
      ...([...served(10, 5, 5), ...windows(10, 5, 4, 'more')] as const),
      ...([{ atMs: 31_000, limit: 3 }, { atMs: 31_101, limit: 3 }, { measuring: true }] as const),
    ],
  },
  {
    restates: 'GradientControllerTest.NoSamplesTest',
    fact: 'without requests the limit stays',
    config: FIVE,
    script: [
      ...([...served(10, 5, 5), ...windows(10, 5, 4, 'more')] as const),
      ...[600, 700, 800, 900, 1000].map((atMs): GradientStep => ({ atMs, limit: 'same' })),
    ],
  },
  {
    restates: 'GradientControllerTest.TimerAccuracyTestNoJitter',
    fact: 'without jitter the next measurement begins after exactly its interval',
    config: { ...FIVE, measureEveryMs: 45_000 },
    script: [
      ...([...served(10, 5, 5), { measuring: false }, { atMs: 45_009, limit: 'same' }] as const),
      ...([{ measuring: false }, { atMs: 45_010, limit: 3 }, { measuring: true }] as const),
    ],
  },
];

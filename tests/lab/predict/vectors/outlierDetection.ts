/** From Envoy's test/common/upstream/outlier_detection_impl_test.cc. */
import type { Vector } from './vector.ts';

/** What one answer, or none, was to the detector. */
export type Answer = number | 'timeout' | 'connect failure';

export type Step =
  /** So many answers of one host, one after the other. */
  | { readonly atMs: number; readonly host: number; readonly answers: readonly [number, Answer][] }
  /** The interval's timer fires. */
  | { readonly atMs: number; readonly sweep: true }
  /** The hosts that are ejected now. */
  | { readonly ejected: readonly number[] };

export interface DetectionVector extends Vector {
  readonly hosts: number;
  /** In Envoy's words, what is not given being Envoy's default; null where there is no detection. */
  readonly detection: {
    readonly consecutive5xx?: number;
    readonly consecutiveGatewayFailure?: number;
    /** In per cent. */
    readonly enforcingConsecutive5xx?: number;
    readonly enforcingConsecutiveGatewayFailure?: number;
    readonly intervalMs?: number;
    readonly baseEjectionTimeMs?: number;
    readonly maxEjectionTimeMs?: number;
    readonly maxEjectionPercent?: number;
  } | null;
  readonly script: readonly Step[];
  readonly counters?: { readonly enforced?: number; readonly overflow?: number };
}

const ALL = { maxEjectionPercent: 100 } as const;
const GATEWAY_ONLY = {
  ...ALL,
  enforcingConsecutive5xx: 0,
  enforcingConsecutiveGatewayFailure: 100,
} as const;

const answers = (atMs: number, ...all: [number, Answer][]): Step => ({
  atMs,
  host: 0,
  answers: all,
});
const sweep = (atMs: number): Step => ({ atMs, sweep: true });
const OUT: Step = { ejected: [0] };
const IN: Step = { ejected: [] };

/** Every sweep of these seconds. */
const sweeps = (...seconds: number[]): Step[] => seconds.map((second) => sweep(1000 * second));

/** Ejected over and over, each time at once after the return: out for so many sweeps of 10 s each time. */
function ejectedFor(rounds: readonly number[]): Step[] {
  let tick = 0;
  return rounds.flatMap((round) => [
    answers(10_000 * tick, [5, 500]),
    OUT,
    ...Array.from({ length: round - 1 }, () => [sweep(10_000 * ++tick), OUT]).flat(),
    sweep(10_000 * ++tick),
    IN,
  ]);
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const times = (count: number, value: number): number[] =>
  Array.from({ length: count }, () => value);

export const DETECTION_VECTORS: readonly DetectionVector[] = [
  {
    restates: 'OutlierDetectorImplFactoryTest.NoDetector',
    fact: 'a cluster without outlier detection ejects nobody',
    hosts: 1,
    detection: null,
    script: [answers(0, [100, 500]), IN],
  },
  {
    restates: 'OutlierDetectorImplFactoryTest.Detector',
    fact: 'an empty outlier detection detects: the fifth 5xx in a row ejects',
    hosts: 10,
    detection: {},
    script: [answers(0, [4, 500]), IN, answers(1, [1, 500]), OUT],
  },
  {
    restates: 'OutlierDetectorImplTest.DetectorStaticConfig',
    fact: 'ten in a row where ten are asked for',
    hosts: 2,
    detection: { consecutive5xx: 10, maxEjectionPercent: 50 },
    script: [answers(0, [9, 500]), IN, answers(1, [1, 500]), OUT],
  },
  {
    restates: 'OutlierDetectorImplTest.DetectorStaticConfigMaxDefaultValue',
    fact: 'an ejection lasts 300 s at most where nothing else is said',
    hosts: 1,
    detection: { ...ALL, baseEjectionTimeMs: 100_000 },
    script: [
      ...[answers(0, [5, 500]), ...sweeps(90), OUT, ...sweeps(100), IN],
      ...[answers(100_000, [5, 500]), ...sweeps(290), OUT, ...sweeps(300), IN],
      ...[answers(300_000, [5, 500]), ...sweeps(590), OUT, ...sweeps(600), IN],
      ...[answers(600_000, [5, 500]), ...sweeps(890), OUT, ...sweeps(900), IN],
    ],
  },
  {
    restates: 'OutlierDetectorImplTest.DetectorStaticConfigBaseLargerThanMaxNoMax',
    fact: 'a base time above the default maximum is the maximum',
    hosts: 1,
    detection: { ...ALL, baseEjectionTimeMs: 400_000 },
    script: [
      ...[answers(0, [5, 500]), ...sweeps(390), OUT, ...sweeps(400), IN],
      ...[answers(400_000, [5, 500]), ...sweeps(790), OUT, ...sweeps(800), IN],
    ],
  },
  {
    restates: 'OutlierDetectorImplTest.DestroyWithActive',
    fact: 'four do not eject, the fifth does',
    hosts: 1,
    detection: ALL,
    script: [answers(0, [4, 500]), IN, answers(0, [1, 500]), OUT],
    counters: { enforced: 1 },
  },
  {
    restates: 'OutlierDetectorImplTest.BasicFlow5xxViaHttpCodes',
    fact: 'a success begins the count anew; 30 s later, at a sweep, the host is back and counts from nothing',
    hosts: 2,
    detection: { maxEjectionPercent: 50 },
    script: [
      ...[answers(0, [1, 500], [1, 200], [4, 500]), IN, answers(0, [1, 500]), OUT],
      ...[sweep(9999), OUT, sweep(30_001), IN],
      ...[answers(30_001, [4, 500]), IN, answers(40_000, [1, 500]), OUT],
    ],
    counters: { enforced: 2 },
  },
  {
    restates: 'OutlierDetectorImplTest.BasicFlow5xxViaNonHttpCodes',
    fact: 'a failed connection counts as a 5xx',
    hosts: 2,
    detection: { maxEjectionPercent: 50 },
    script: [
      answers(0, [1, 'connect failure'], [1, 200], [4, 'connect failure']),
      ...[IN, answers(0, [1, 'connect failure']), OUT],
      ...[sweep(9999), OUT, sweep(30_001), IN],
      ...[
        answers(30_001, [4, 'connect failure']),
        IN,
        answers(40_000, [1, 'connect failure']),
        OUT,
      ],
    ],
    counters: { enforced: 2 },
  },
  {
    restates: 'OutlierDetectorImplTest.BasicFlowGatewayFailure',
    fact: 'a 500 begins the count of gateway failures anew, though not the count of 5xx',
    hosts: 2,
    detection: { ...GATEWAY_ONLY, maxEjectionPercent: 50 },
    script: [
      ...[answers(0, [1, 503], [1, 500], [4, 503]), IN, answers(0, [1, 503]), OUT],
      ...[sweep(9999), OUT, sweep(30_001), IN],
      ...[answers(30_001, [4, 503]), IN, answers(40_000, [1, 503]), OUT],
    ],
    counters: { enforced: 2 },
  },
  {
    restates: 'OutlierDetectorImplTest.BasicFlowGatewayFailureAnd5xx',
    fact: 'after a return both counts begin at nothing; 503s and 500s make one row of 5xx together',
    hosts: 2,
    detection: { maxEjectionPercent: 50, enforcingConsecutiveGatewayFailure: 100 },
    script: [
      ...[answers(0, [1, 503], [1, 200], [4, 503]), IN, answers(0, [1, 503]), OUT],
      ...[sweep(9999), OUT, sweep(30_001), IN],
      ...[answers(30_001, [2, 503]), IN, answers(30_001, [2, 500]), IN],
      ...[answers(40_000, [1, 500]), OUT],
    ],
    counters: { enforced: 2 },
  },
  {
    restates: 'OutlierDetectorImplTest.TimeoutWithHttpCode',
    fact: 'a timeout of the proxy counts as a 5xx and as a gateway failure',
    hosts: 3,
    detection: { maxEjectionPercent: 40 },
    script: [
      ...[answers(0, [4, 'timeout']), IN, answers(0, [1, 'timeout']), OUT],
      ...[sweep(50_001), IN, answers(50_001, [5, 'timeout']), OUT],
    ],
    counters: { enforced: 2 },
  },
  {
    restates: 'OutlierDetectorImplTest.LargeNumberOfTimeouts',
    fact: 'what comes while a host is out delays its return by nothing, and counts for nothing after it',
    hosts: 1,
    detection: ALL,
    script: [
      ...[answers(0, [5, 'timeout']), OUT, answers(0, [10, 'timeout']), OUT],
      ...[sweep(50_001), IN, answers(50_001, [4, 'timeout']), IN],
      ...[answers(50_001, [1, 'timeout']), OUT],
    ],
  },
  {
    restates: 'OutlierDetectorImplTest.BasicFlowLocalOriginFailure',
    fact: 'the second ejection lasts twice the base time; a success between begins the row anew',
    hosts: 1,
    detection: ALL,
    script: [
      ...[answers(0, [5, 'connect failure']), OUT, answers(0, [5, 'connect failure'])],
      ...[sweep(9999), OUT, sweep(30_001), IN],
      ...[answers(30_001, [5, 'connect failure']), OUT],
      ...[sweep(40_000), OUT, sweep(90_002), IN],
      ...[answers(90_002, [4, 'connect failure'], [1, 200], [2, 'connect failure']), IN],
    ],
    counters: { enforced: 2 },
  },
  {
    restates: 'OutlierDetectorImplTest.ConnectSuccessWithOptionalHTTP_OK',
    fact: 'failed connections with a success between them never eject',
    hosts: 1,
    detection: ALL,
    script: [
      answers(
        0,
        ...upTo(100).flatMap((): [number, Answer][] => [
          [1, 200],
          [1, 'connect failure'],
        ]),
      ),
      IN,
    ],
    counters: { enforced: 0 },
  },
  {
    restates: 'OutlierDetectorImplTest.ExternalOriginEventsNonSplit',
    fact: 'a hundred failures each followed by a success do not eject; a hundred in a row do, once',
    hosts: 1,
    detection: ALL,
    script: [
      answers(
        0,
        ...upTo(100).flatMap((): [number, Answer][] => [
          [1, 500],
          [1, 200],
        ]),
      ),
      ...[IN, answers(0, [100, 500]), OUT],
    ],
    counters: { enforced: 1 },
  },
  {
    restates: 'OutlierDetectorImplTest.BasicFlowNonHttpCodesExternalOrigin',
    fact: 'failed connections and 5xx answers make one row',
    hosts: 2,
    detection: { maxEjectionPercent: 50 },
    script: [
      answers(0, [1, 'connect failure'], [3, 503]),
      ...[IN, answers(0, [1, 'connect failure']), OUT],
    ],
  },
  {
    restates: 'OutlierDetectorImplTest.Overflow',
    fact: '60 % of two hosts is one: the second stays, and the overflow is counted',
    hosts: 2,
    detection: { maxEjectionPercent: 60 },
    script: [
      ...[answers(0, [5, 500]), OUT],
      ...[{ atMs: 0, host: 1, answers: [[5, 500]] } satisfies Step, OUT],
    ],
    counters: { enforced: 1, overflow: 1 },
  },
  {
    restates: 'OutlierDetectorImplTest.NotEnforcing',
    fact: 'what is not enforced ejects nobody',
    hosts: 3,
    detection: { maxEjectionPercent: 35, enforcingConsecutive5xx: 0 },
    script: [answers(0, [5, 503]), IN],
    counters: { enforced: 0 },
  },
  {
    restates: 'OutlierDetectorImplTest.EjectionActiveValueIsAccountedWithoutMetricStorage',
    fact: '50 % of two hosts is one',
    hosts: 2,
    detection: { maxEjectionPercent: 50 },
    script: [
      ...[answers(0, [5, 500]), OUT],
      ...[{ atMs: 0, host: 1, answers: [[5, 500]] } satisfies Step, OUT],
    ],
    counters: { enforced: 1, overflow: 1 },
  },
  {
    restates: 'OutlierDetectorImplTest.MaxEjectionPercentage',
    fact: '50 % of three hosts is one, not two',
    hosts: 3,
    detection: { maxEjectionPercent: 50 },
    script: [
      answers(0, [5, 500]),
      ...[1, 2].map((host): Step => ({ atMs: 0, host, answers: [[5, 500]] })),
      OUT,
    ],
    counters: { enforced: 1, overflow: 2 },
  },
  {
    restates: 'OutlierDetectorImplTest.MaxEjectionPercentageSingleHost',
    fact: 'a single host stays at anything below 100 %',
    hosts: 1,
    detection: { maxEjectionPercent: 90 },
    script: [answers(0, [5, 500]), IN],
    counters: { enforced: 0, overflow: 1 },
  },
  {
    restates: 'OutlierDetectorImplTest.CrossThreadFailRace',
    fact: 'failures that arrive together after the fifth eject once',
    hosts: 1,
    detection: ALL,
    script: [answers(0, [4, 500]), IN, answers(0, [2, 500]), OUT],
    counters: { enforced: 1 },
  },
  {
    restates: 'OutlierDetectorImplTest.Consecutive_5xxAlreadyEjected',
    fact: 'a host that is out is not ejected again',
    hosts: 1,
    detection: ALL,
    script: [answers(0, [5, 500]), OUT, answers(0, [1, 200], [5, 500]), OUT],
    counters: { enforced: 1 },
  },
  {
    restates: 'OutlierDetectorImplTest.EjectTimeBackoff',
    fact: 'out for 10, 20, 30 s; two good intervals make it 20 s again, a long good time 10 s',
    hosts: 1,
    detection: { ...ALL, baseEjectionTimeMs: 10_000 },
    script: [
      ...ejectedFor([1, 2, 3]),
      ...sweeps(70, 80),
      ...[answers(80_000, [5, 500]), OUT, ...sweeps(90), OUT, ...sweeps(100), IN],
      ...sweeps(...upTo(50).map((round) => 100 + 10 * round)),
      ...[answers(610_000, [5, 500]), OUT, ...sweeps(620), IN],
    ],
    counters: { enforced: 5 },
  },
  {
    restates: 'OutlierDetectorImplTest.MaxEjectTime',
    fact: 'with each ejection 10 s longer, to 300 s and no further',
    hosts: 1,
    detection: { ...ALL, baseEjectionTimeMs: 10_000, maxEjectionTimeMs: 300_000 },
    script: ejectedFor([...upTo(30), ...times(9, 30)]),
    counters: { enforced: 39 },
  },
  {
    restates: 'OutlierDetectorImplTest.MaxEjectTimeNotAlligned',
    fact: 'a maximum of 305 s ends at the sweep after it',
    hosts: 1,
    detection: { ...ALL, baseEjectionTimeMs: 10_000, maxEjectionTimeMs: 305_000 },
    script: ejectedFor([...upTo(31), ...times(9, 31)]),
    counters: { enforced: 40 },
  },
  {
    restates: 'OutlierDetectorImplTest.EjectionTimeJitterIsZeroWhenNotConfigured',
    fact: 'without jitter the host is back at exactly its time',
    hosts: 1,
    detection: ALL,
    script: [answers(0, [5, 500]), sweep(29_999), OUT, sweep(30_000), IN],
  },
];

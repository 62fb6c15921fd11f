/** What a detection vector is written in: answers, sweeps, and who is ejected then. */
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

export const answers = (atMs: number, ...all: [number, Answer][]): Step => ({
  atMs,
  host: 0,
  answers: all,
});
export const sweep = (atMs: number): Step => ({ atMs, sweep: true });
export const OUT: Step = { ejected: [0] };
export const IN: Step = { ejected: [] };

/** Every sweep of these seconds. */
export const sweeps = (...seconds: number[]): Step[] =>
  seconds.map((second) => sweep(1000 * second));

/** Ejected over and over, each time at once after the return: out for so many sweeps of 10 s each time. */
export function ejectedFor(rounds: readonly number[]): Step[] {
  let tick = 0;
  return rounds.flatMap((round) => [
    answers(10_000 * tick, [5, 500]),
    OUT,
    ...Array.from({ length: round - 1 }, () => [sweep(10_000 * ++tick), OUT]).flat(),
    sweep(10_000 * ++tick),
    IN,
  ]);
}

export const upTo = (last: number): number[] =>
  Array.from({ length: last }, (_, index) => index + 1);
export const times = (count: number, value: number): number[] =>
  Array.from({ length: count }, () => value);

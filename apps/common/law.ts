/**
 * A time as a law: how long something takes, drawn anew each time. One text form for people, files and
 * environment variables; it stands here because the apps import nothing from outside apps/.
 */
import { parseDuration } from './duration.ts';
import type { Random } from './random.ts';

/** Times in ms. */
export type Law =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  /** `sigma` is of the time's natural logarithm. */
  | { readonly kind: 'lognormal'; readonly p50Ms: number; readonly sigma: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** Drawn with replacement; at least one. */
  | { readonly kind: 'samples'; readonly samplesMs: readonly number[] };

export const LAW_HINT =
  "a time such as '50ms', 'uniform(10ms, 90ms)', 'lognormal(p50=20ms, p99=400ms)', " +
  "'exponential(mean=20ms)' or 'samples(12ms, 15ms, 40ms)'; the smaller time first";

/** Quantiles of the standard normal distribution. */
const NORMAL_QUANTILES: Readonly<Record<string, number>> = {
  p75: 0.674_489_750_196,
  p90: 1.281_551_565_545,
  p95: 1.644_853_626_951,
  p99: 2.326_347_874_041,
  'p99.9': 3.090_232_306_168,
};

const FORM = /^([a-z]+)\((.*)\)$/s;

/** The law that a text says, as LAW_HINT shows the forms; undefined for any other text. */
export function parseLaw(text: string): Law | undefined {
  const ms = parseDuration(text.trim());
  if (ms !== undefined) return { kind: 'fixed', ms };
  const [, name = '', inside = ''] = FORM.exec(text.trim()) ?? [];
  const words = inside.split(',').map((word) => word.trim());
  switch (name) {
    case 'uniform':
      return uniform(words);
    case 'lognormal':
      return lognormal(words);
    case 'exponential':
      return exponential(words);
    case 'samples': {
      const samplesMs = times(words);
      return samplesMs === undefined ? undefined : { kind: 'samples', samplesMs };
    }
    default:
      return undefined;
  }
}

function uniform(words: readonly string[]): Law | undefined {
  const [minMs, maxMs, ...more] = times(words) ?? [];
  if (minMs === undefined || maxMs === undefined || more.length > 0) return undefined;
  return minMs <= maxMs ? { kind: 'uniform', minMs, maxMs } : undefined;
}

/** By its median and one more quantile. */
function lognormal(words: readonly string[]): Law | undefined {
  const named = new Map(words.map((word) => [word.split('=')[0]?.trim(), word.split('=')[1]]));
  const p50Ms = parseDuration(named.get('p50')?.trim() ?? '');
  const quantile = [...named.keys()].find((name) => name !== 'p50') ?? '';
  const z = NORMAL_QUANTILES[quantile];
  const otherMs = parseDuration(named.get(quantile)?.trim() ?? '');
  if (words.length !== 2 || p50Ms === undefined || otherMs === undefined || z === undefined) {
    return undefined;
  }
  if (p50Ms === 0 || otherMs < p50Ms) return undefined;
  return { kind: 'lognormal', p50Ms, sigma: Math.log(otherMs / p50Ms) / z };
}

function exponential([word = '', ...more]: readonly string[]): Law | undefined {
  const meanMs = parseDuration(word.replace(/^mean\s*=\s*/, ''));
  return meanMs === undefined || more.length > 0 ? undefined : { kind: 'exponential', meanMs };
}

function times(words: readonly string[]): number[] | undefined {
  const all = words.map(parseDuration);
  return all.every((ms) => ms !== undefined) ? all : undefined;
}

/** One time by the law, in ms. */
export function drawFrom(law: Law, random: Random): number {
  switch (law.kind) {
    case 'fixed':
      return law.ms;
    case 'uniform':
      return law.minMs + random() * (law.maxMs - law.minMs);
    case 'lognormal':
      return law.p50Ms * Math.exp(law.sigma * standardNormal(random));
    case 'exponential':
      // 1 - random() lies in (0, 1], of which the logarithm is finite.
      return -law.meanMs * Math.log(1 - random());
    case 'samples':
      return law.samplesMs[Math.floor(random() * law.samplesMs.length)] ?? 0;
  }
}

/** By Box and Muller. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The time that half of all draws stay below, in ms. */
export function medianOf(law: Law): number {
  switch (law.kind) {
    case 'fixed':
      return law.ms;
    case 'uniform':
      return (law.minMs + law.maxMs) / 2;
    case 'lognormal':
      return law.p50Ms;
    case 'exponential':
      return law.meanMs * Math.LN2;
    case 'samples': {
      const sorted = law.samplesMs.toSorted((a, b) => a - b);
      return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    }
  }
}

/** The same law with all its times multiplied. */
export function scaleLaw(law: Law, factor: number): Law {
  switch (law.kind) {
    case 'fixed':
      return { ...law, ms: law.ms * factor };
    case 'uniform':
      return { ...law, minMs: law.minMs * factor, maxMs: law.maxMs * factor };
    case 'lognormal':
      return { ...law, p50Ms: law.p50Ms * factor };
    case 'exponential':
      return { ...law, meanMs: law.meanMs * factor };
    case 'samples':
      return { ...law, samplesMs: law.samplesMs.map((ms) => ms * factor) };
  }
}

/**
 * How far a prediction is from what was seen, beside how far what was seen is from itself. Pure
 * functions of counts; docs/fidelity.md says what each means.
 */
import type { OutcomeCounts } from '../../experiment/outcomes.ts';
import type { Forecast } from './forecast.ts';

/** The judged batches of one run. */
export type Batches = readonly OutcomeCounts[];

/** Shares of requests by outcome, 1 together. */
export type Shares = ReadonlyMap<string, number>;

export function sharesOf(runs: readonly Batches[]): Shares {
  const totals = new Map<string, number>();
  for (const [word, count] of runs.flat().flatMap((counts) => Object.entries(counts))) {
    totals.set(word, (totals.get(word) ?? 0) + count);
  }
  return normalised(totals);
}

export function predictedShares({ outcomes }: Forecast): Shares {
  return normalised(
    new Map(
      Object.entries(outcomes).map(([word, histogram]) => [
        word,
        histogram.reduce((sum, batches, count) => sum + batches * count, 0),
      ]),
    ),
  );
}

function normalised(totals: ReadonlyMap<string, number>): Shares {
  const all = [...totals.values()].reduce((sum, count) => sum + count, 0);
  return new Map([...totals].map(([word, count]) => [word, count / all]));
}

/** Half the sum of what the shares differ by: 0 for the same, 1 for nothing in common. */
export function totalVariation(a: Shares, b: Shares): number {
  const words = new Set([...a.keys(), ...b.keys()]);
  return (
    [...words].reduce((sum, word) => sum + Math.abs((a.get(word) ?? 0) - (b.get(word) ?? 0)), 0) / 2
  );
}

/**
 * The same distance between two halves of what was seen, the mean over all ways to halve: batches of
 * one run share its pools, so a run is in one half as a whole. Never below what one request in a half
 * makes: less than that cannot be seen.
 */
export function noiseFloor(runs: readonly Batches[]): number {
  const ways = halves(runs.length);
  const distances = ways.map((half) =>
    totalVariation(
      sharesOf(runs.filter((_, index) => half.has(index))),
      sharesOf(runs.filter((_, index) => !half.has(index))),
    ),
  );
  const requests = runs.flat().flatMap((counts) => Object.values(counts));
  const inHalf = requests.reduce((sum, count) => sum + count, 0) / 2;
  return Math.max(distances.reduce((sum, d) => sum + d, 0) / distances.length, 1 / inHalf);
}

/** Every set of half of these indices, without those that only swap the halves. */
function halves(count: number): Set<number>[] {
  const size = Math.floor(count / 2);
  return Array.from({ length: 2 ** count }, (_, bits) => bits)
    .map(
      (bits) => new Set(Array.from({ length: count }, (_, i) => i).filter((i) => (bits >> i) & 1)),
    )
    .filter((half) => half.size === size && (count % 2 === 1 || half.has(0)));
}

export interface Coverage {
  /** How much of the counts lies within the middle 95 % of what was predicted, were counts continuous. */
  readonly middle: number;
  /** How many counts lie within p2.5 to p97.5, both ends included. */
  readonly within: number;
  /** From p2.5 to p97.5, in requests, the mean over the outcomes. */
  readonly width: number;
}

/**
 * Counts are whole numbers: a range that is right holds more than 95 % of them, all where there is
 * only one. So each count is spread evenly over the probability that the prediction gives it
 * (Czado, Gneiting and Held, Predictive model assessment for count data, Biometrics 65, 2009), of
 * which a right prediction has 95 % in its middle.
 */
export function coverage({ outcomes, batches }: Forecast, runs: readonly Batches[]): Coverage {
  const seen = runs.flat();
  const words = [...new Set([...Object.keys(outcomes), ...seen.flatMap(Object.keys)])];
  let middle = 0;
  let within = 0;
  let width = 0;
  for (const word of words) {
    const histogram = outcomes[word] ?? [batches];
    const upTo = (count: number): number =>
      histogram.slice(0, count + 1).reduce((sum, some) => sum + some, 0) / batches;
    const at = (share: number): number => histogram.findIndex((_, count) => upTo(count) >= share);
    const [low, high] = [at(0.025), at(0.975)];
    width += high - low;
    for (const counts of seen) {
      const count = counts[word] ?? 0;
      const [from, to] = [count === 0 ? 0 : upTo(count - 1), upTo(count)];
      const inside = Math.max(0, Math.min(to, 0.975) - Math.max(from, 0.025));
      middle += to > from ? inside / (to - from) : 0;
      if (count >= low && count <= high) within += 1;
    }
  }
  const all = words.length * seen.length;
  return { middle: middle / all, within: within / all, width: width / words.length };
}

/** Wasserstein-1 of two distributions by their quantiles at the same levels. */
export function wasserstein(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? NaN)), 0) / a.length;
}

/** The smallest limits that meet objectives in every simulated run. */
import type { Limits, Trials } from './trials.ts';

/** The keys that are searched, the one that is kept smallest first. */
export type SearchedKeys = readonly [first: string, second: string];

/** Of each of the keys. */
export type Most = readonly [first: number, second: number];

/** What was found, and what stands next to it. */
export interface Found {
  readonly limits: Limits;
  /** Nearest smaller limits that do not meet the objectives in every run. */
  readonly neighbours: readonly Limits[];
}

/**
 * By steps of a quarter first, then one by one: the smallest first key for which any value of the
 * second one does, then the smallest second.
 *
 * @param most of each key, above which a limit limits nothing
 * @returns undefined where no limits meet the objectives
 */
export function smallestLimits(
  trials: Pick<Trials, 'meets'>,
  [first, second]: SearchedKeys,
  most: Most,
): Found | undefined {
  const [firsts, seconds] = [ladder(most[0]), ladder(most[1])];
  const meets = (a: number, b: number): boolean => trials.meets({ [first]: a, [second]: b });
  const anyOf = (a: number): number | undefined => seconds.find((b) => meets(a, b));

  const at = firsts.findIndex((a) => anyOf(a) !== undefined);
  if (at < 0) return undefined;
  const a = smallest(firsts[at - 1] ?? 0, firsts[at] ?? 1, (value) => anyOf(value) !== undefined);
  const coarse = seconds.indexOf(anyOf(a) ?? 1);
  const b = smallest(seconds[coarse - 1] ?? 0, seconds[coarse] ?? 1, (value) => meets(a, value));
  const neighbours = [
    ...(a > 1 ? [{ [first]: a - 1, [second]: b }] : []),
    ...(b > 1 ? [{ [first]: a, [second]: b - 1 }] : []),
  ].filter((limits) => !trials.meets(limits));
  return { limits: { [first]: a, [second]: b }, neighbours };
}

/**
 * Of limits none of which will do, those that come nearest.
 *
 * @returns where `most` is 30, of about two hundred
 */
export function nearestLimits(
  trials: Pick<Trials, 'shortfall'>,
  [first, second]: SearchedKeys,
  most: Most,
): Limits {
  const all = ladder(most[0]).flatMap((a) =>
    ladder(most[1]).map((b) => ({ [first]: a, [second]: b })),
  );
  const none = { [first]: 0, [second]: 0 };
  return all.reduce(
    (best, limits) => {
      const by = trials.shortfall(limits);
      return by < best.by ? { limits, by } : best;
    },
    { limits: none, by: trials.shortfall(none) },
  ).limits;
}

/** 1, 2, 3, 4, 5, 6, 7, 8, 10, 12 and on by a quarter each, to the most. */
function ladder(most: number): number[] {
  const steps: number[] = [];
  for (let step = 1; step < most; step = Math.max(step + 1, Math.floor(1.25 * step))) {
    steps.push(step);
  }
  return [...steps, Math.max(1, most)];
}

/**
 * The smallest whole number that passes, where what is above one that does passes too.
 *
 * @param fails below all that pass
 * @param passes one of them
 */
export function smallest(fails: number, passes: number, test: (value: number) => boolean): number {
  let [low, high] = [fails, passes];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (test(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What is predicted for the settings as they are now, beside what is seen of them. */
import type { Foretelling } from '../../experiment/foretold.ts';
import { byOutcome } from '../analysis/outcomeWords.ts';
import type { Bucket } from './liveRecord.ts';

export interface Beside {
  /** What the figures are of. */
  readonly of: 'a batch' | 'all requests';
  /** Why there is no prediction. */
  readonly problem?: string;
  /** How many batches, or seconds, were seen with these settings. */
  readonly seen: number;
  readonly rows: readonly BesideRow[];
}

export interface BesideRow {
  readonly outcome: string;
  readonly predicted: string;
  readonly seen: string;
}

/** After so many, pools that do not get warm never will. */
const MOST_COLD = 6;

/** Looked back upon. */
const MOST = { batches: 5, seconds: 10 } as const;

/**
 * @param epoch that of the settings
 * @param buckets in the order of time
 */
export function besideOf(
  foretelling: Foretelling,
  buckets: readonly Bucket[],
  { epoch, inBatches }: { readonly epoch: number; readonly inBatches: boolean },
): Beside {
  const own = buckets.filter((one) => one.isDone && one.epoch === epoch);
  // Those before find pools that still grow; where every request has a connection of its own, all do.
  const firstWarm = own.findIndex(({ isWarm }) => isWarm);
  const seen = own
    .slice(firstWarm < 0 ? MOST_COLD : Math.min(firstWarm, MOST_COLD))
    .slice(inBatches ? -MOST.batches : -MOST.seconds);
  const outcomes = 'problem' in foretelling ? {} : foretelling.outcomes;
  const words = [
    ...new Set([...Object.keys(outcomes), ...seen.flatMap((one) => Object.keys(one.outcomes))]),
  ].sort(byOutcome);
  const all = Object.values(outcomes).reduce((sum, { mean }) => sum + mean, 0);
  const sums = new Map(
    words.map((word) => [word, seen.reduce((sum, one) => sum + (one.outcomes[word] ?? 0), 0)]),
  );
  const total = [...sums.values()].reduce((sum, count) => sum + count, 0);
  const predicted = (word: string): string => {
    if ('problem' in foretelling) return '';
    const { mean, p50, p2_5, p97_5 } = outcomes[word] ?? NEVER;
    if (!inBatches) return percent(mean, all);
    return p2_5 === p97_5 ? String(p50) : `${p50} (${p2_5} – ${p97_5})`;
  };
  const shown = (word: string): string => {
    if (seen.length === 0) return '';
    const count = sums.get(word) ?? 0;
    return inBatches ? Number((count / seen.length).toFixed(1)).toString() : percent(count, total);
  };
  return {
    of: inBatches ? 'a batch' : 'all requests',
    ...('problem' in foretelling && { problem: foretelling.problem }),
    seen: seen.length,
    rows: words.map((outcome) => ({
      ...{ outcome, predicted: predicted(outcome), seen: shown(outcome) },
    })),
  };
}

const NEVER = { mean: 0, p2_5: 0, p50: 0, p97_5: 0 };

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : ((100 * part) / whole).toFixed(1)} %`;
}

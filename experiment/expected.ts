/** What is expected, in words: before a run, and beside what it saw. */
import { type LoadMode, LOADS } from '../apps/contract.ts';
import type { Expectation } from './expectation.ts';

/**
 * Such as `2 to 6 in every warm batch, 4 to 5.5 on average`.
 *
 * @param load of which requests are counted; nothing to a statistic
 */
export function expectedText(expectation: Expectation, load?: LoadMode): string {
  if (expectation.statistic !== undefined) {
    const { statistic, total, peak } = expectation;
    return `${statistic} ${range(total ?? peak ?? [0, 0])}`;
  }
  const { count, mean, share, cold } = expectation;
  const where =
    load !== undefined && LOADS[load].inBatches ? ` in every ${cold ? 'cold' : 'warm'} batch` : '';
  return [
    ...(count === undefined ? [] : [`${range(count)}${where}`]),
    ...(mean === undefined ? [] : [`${range(mean)} on average`]),
    ...(share === undefined ? [] : [`${range(share.map(percent))} % of them`]),
  ].join(', ');
}

/** Such as `2 to 6`. */
function range([low, high]: readonly (number | string)[]): string {
  return low === high ? String(low) : `${low ?? ''} to ${high ?? ''}`;
}

export function percent(part: number): string {
  return round(100 * part);
}

export function round(value: number): string {
  return String(Number(value.toFixed(2)));
}

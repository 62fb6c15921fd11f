/**
 * The smallest value that at least this share of all do not exceed: one that was seen, so that of counts
 * it is a count.
 *
 * @param sorted in ascending order
 * @returns NaN where there is none
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

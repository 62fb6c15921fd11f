/** Figures of a sweep's cells that several formats show. */
import type { Sweep, SweepCell } from '../../experiment/sweep.ts';

/** Every cause that refused a request in some cell, in the order of their names. */
export function causesOf({ cells }: Sweep): string[] {
  return [...new Set(cells.flatMap(({ refused }) => Object.keys(refused)))].sort();
}

/** Of a cell's requests, 1 being all. */
export function refusedShare({ refused, requests }: SweepCell): number {
  const count = Object.values(refused).reduce((sum, one) => sum + one, 0);
  return requests === 0 ? 0 : count / requests;
}

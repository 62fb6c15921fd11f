/** One cell of a sweep that ran on real Envoys: predicted beside observed. */
import type { SweepCheck } from '../../experiment/sweep.ts';
import { besideRowsTable } from './foretold.ts';
import { bold, red } from './table.ts';

export function besideTable({ settings, rows, problem }: SweepCheck): string {
  const title = Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
  return [
    bold(`on real Envoys, ${title}:`),
    problem === undefined ? besideRowsTable(rows) : red(`  could not tell: ${problem}`),
  ].join('\n');
}

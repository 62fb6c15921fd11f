/** The stacks as text. */
import type { StackLine } from '../../experiment/stackList.ts';
import { drawTable } from './table.ts';

export function listTable(lines: readonly StackLine[]): string {
  return `${drawTable(
    ['left', 'left', 'left'],
    [
      ['stack', 'seed', 'what it shows'],
      ...lines.map(({ stack, seed, description }) => [stack, seed, description]),
    ],
  )}\n`;
}

/** Text as `lab` prints it: aligned columns without lines between them, and a few colours. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Judgement } from '../../experiment/observation.ts';

export type Cell = string | number;
export type Align = Table.HorizontalAlignment;

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => {
  const ends = side === 'top' || side === 'bottom' ? ['-left', '-right'] : [];
  return ['', '-mid', ...ends].map((end) => `${side}${end}`);
});

/** Rows in columns; a cell may hold several lines. No line ends in spaces. */
export function drawTable(colAligns: Align[], rows: readonly (readonly Cell[])[]): string {
  const table = new Table({
    colAligns,
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] },
    chars: Object.fromEntries([...BORDERS, 'middle'].map((part) => [part, ''])),
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/ +$/gm, '');
}

export function bold(text: string): string {
  return style('bold', text);
}

export function dim(text: string): string {
  return style('dim', text);
}

export function green(text: string): string {
  return style('green', text);
}

export function red(text: string): string {
  return style('red', text);
}

/** What a judgement looks like in a table. */
export function judged(outcome: Judgement): string {
  switch (outcome) {
    case 'holds':
      return green(outcome);
    case 'does not hold':
      return red('FAILS');
    case 'inconclusive':
      return yellow(outcome);
  }
}

/** Whether real Envoys did as was predicted. */
export function judgedCheck({ agrees }: { readonly agrees: boolean | null }): string {
  if (agrees === null) {
    return yellow('Cannot be judged: this machine was too busy. Try it again when less goes on.');
  }
  return agrees ? green('As predicted.') : red('Not as predicted.');
}

export function yellow(text: string): string {
  return style('yellow', text);
}

/** Whether colours are wanted is the caller's to say, not standard output's. */
function style(format: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string): string {
  return styleText(format, text, { validateStream: false });
}

/** A sweep as text: the share of answers, a figure for each cell, and where it falls. */
import { stripVTControlCharacters } from 'node:util';
import type { Sweep, SweepCell } from '../../experiment/sweep.ts';
import { besideTable } from './besideTable.ts';
import { leftOutLines } from './leftOutLines.ts';
import { refusedShare } from './sweepFigures.ts';
import { bold, type Cell, dim, drawTable, green, red, yellow } from './table.ts';

/** More columns, or lines, than a terminal shows are thinned out; every cell is in the other formats. */
const MOST = 16;

/** @param colour whether the text may hold terminal colours */
export function sweepTable(sweep: Sweep, colour: boolean): string {
  const [first, second, ...others] = sweep.axes;
  const sections = [
    heading(sweep),
    first === undefined || others.length > 0
      ? dim('more than two keys: --csv and --json have every cell')
      : second === undefined
        ? line(sweep, first)
        : map(sweep, first, second),
    ...nowAndCliff(sweep),
    ...(sweep.checked ?? []).map(besideTable),
    ...leftOut(sweep),
  ];
  const text = `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text);
}

type Axis = Sweep['axes'][number];

function heading({ stack, cells, seeds, axes }: Sweep): string {
  const sizes = axes.map(({ values }) => values.length).join(' x ');
  const count = axes.length > 1 ? `${sizes} cells` : `${cells.length} cells`;
  return bold(`${stack}: ${count}, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'} each, predicted`);
}

/** One line for each value. */
function line({ cells, current }: Sweep, { key }: Axis): string {
  return drawTable(
    ['right', 'right', 'left', 'right', 'right', 'right', 'left'],
    [
      [key, 'answered', '95 % of batches', 'refused', 'p50', 'p99', ''],
      ...cells.map((cell) => {
        const { success, latency, settings } = cell;
        const value = settings[key] ?? '';
        return [
          value,
          figure(cell),
          success === null ? '' : `${percent(success.p2_5)} - ${percent(success.p97_5)} %`,
          success === null ? '' : `${percent(refusedShare(cell))} %`,
          ...[latency?.p50, latency?.p99].map((ms) =>
            ms === undefined ? '' : `${ms.toFixed(0)} ms`,
          ),
          value === current[key] ? dim('set now') : '',
        ];
      }),
    ],
  );
}

/** The first key to the right, the second one upwards, as in the picture. */
function map({ cells, current }: Sweep, x: Axis, y: Axis): string {
  const byValues = new Map(
    cells.map((cell) => [JSON.stringify([cell.settings[x.key], cell.settings[y.key]]), cell]),
  );
  const columns = thinned(x.values, current[x.key]);
  const rows = thinned(y.values, current[y.key]).toReversed();
  const all = columns.length < x.values.length || rows.length < y.values.length;
  return [
    `answered, in % of a batch; across ${x.key}, upwards ${y.key}`,
    '',
    drawTable(
      ['right', ...columns.map(() => 'right' as const)],
      [
        ...rows.map((row): Cell[] => [
          dim(row),
          ...columns.map((column) => {
            const cell = byValues.get(JSON.stringify([column, row]));
            const isNow = column === current[x.key] && row === current[y.key];
            const text = cell ? figure(cell) : '';
            return isNow ? `[${text}]` : text;
          }),
        ]),
        ['', ...columns.map(dim)],
      ],
    ),
    ...(all
      ? ['', dim('not every value is shown: --svg <file>, --csv and --json have all of them')]
      : []),
  ].join('\n');
}

function thinned(values: readonly string[], current: string | undefined): string[] {
  const step = Math.ceil(values.length / MOST);
  return values.filter((value, index) => index % step === 0 || value === current);
}

function figure({ success }: SweepCell): string {
  if (success === null) return yellow('?');
  const text = percent(success.mean);
  return success.mean >= 0.99 ? green(text) : success.mean < 0.5 ? red(text) : text;
}

function nowAndCliff({ cells, current, axes, cliff }: Sweep): string[] {
  const now = cells.find(({ settings }) => axes.every(({ key }) => settings[key] === current[key]));
  const cold = cells.reduce((sum, { neverWarm }) => sum + neverWarm, 0);
  return [
    now?.success
      ? `set now: ${inWords(now.settings)}: ${percent(now.success.mean)} % answered`
      : `set now, outside: ${inWords(current) || 'none of these keys'}`,
    cliff === null
      ? 'no cliff: between neighbours the answers fall by less than 5 %'
      : `the steepest fall: from ${percent(cliff.success[0])} % to ${percent(cliff.success[1])} %, ` +
        `${cliff.key} ${cliff.from[cliff.key] ?? ''} to ${cliff.to[cliff.key] ?? ''}` +
        beside(cliff.key, cliff.from),
    ...(cold === 0 ? [] : [yellow(`${cold} runs never got warm, and are not counted`)]),
  ];
}

function beside(key: string, settings: Readonly<Record<string, string>>): string {
  const { [key]: _, ...others } = settings;
  const text = inWords(others);
  return text === '' ? '' : ` at ${text}`;
}

function inWords(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function leftOut({ leftOut: all }: Sweep): string[] {
  if (all.length === 0) return [];
  return [
    [bold('Left out by the prediction:'), ...leftOutLines(all).map((one) => `  ${one}`)].join('\n'),
  ];
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}

/** A prediction in short as text, by itself and beside what was seen. */
import type { BesideRow, Foretelling, Foretold } from '../../experiment/foretold.ts';
import type { Latency, OutcomeRange } from '../../experiment/outcomes.ts';
import { bold, type Cell, dim, drawTable, yellow } from './table.ts';

/** What a preview says of it, line by line, and what stays in the outputs of a stack, by outcome. */
export interface InPreview {
  readonly lines: readonly string[];
  readonly prediction: Readonly<Record<string, string>>;
}

export function inPreview(foretelling: Foretelling, inBatches: boolean): InPreview {
  return { lines: linesOf(foretelling, inBatches), prediction: outputOf(foretelling) };
}

/** Plain, as others frame it. */
function linesOf(foretelling: Foretelling, inBatches: boolean): string[] {
  if ('problem' in foretelling) return [`It is not predicted: ${foretelling.problem}`];
  const { seeds, outcomes, latency } = foretelling;
  const table = drawTable(
    ['left', 'right', 'left'],
    Object.entries(outcomes).map(([word, range]) => [`  ${word}`, range.p50, rangeText(range)]),
  );
  return [
    `Predicted ${inBatches ? 'for a warm batch' : 'for the run'} (median, and the range of 95 % of ${seeds} runs):`,
    ...table.split('\n'),
    ...(latency === null ? [] : [`  answered within: ${latencyText(latency)}`]),
  ];
}

/** An outcome with its median and range, such as `5 (4 - 6)`. */
function outputOf(foretelling: Foretelling): Readonly<Record<string, string>> {
  if ('problem' in foretelling) return { problem: foretelling.problem };
  const { outcomes, latency } = foretelling;
  return {
    ...Object.fromEntries(
      Object.entries(outcomes).map(([word, range]) => [
        word,
        `${range.p50} ${rangeText(range)}`.trim(),
      ]),
    ),
    ...(latency && { latency: latencyText(latency) }),
  };
}

export interface Seen {
  readonly inBatches: boolean;
  readonly observed: Latency;
}

/** With the latencies, and where what was seen lies outside of what was predicted. */
export function besideSection(
  { seeds, latency }: Foretold,
  rows: readonly BesideRow[],
  { inBatches, observed }: Seen,
): string {
  const title = bold(`Predicted beside observed, ${inBatches ? 'in a warm batch' : 'in the run'}:`);
  if (rows.length === 0) return `${title} no batch was warm and undisturbed`;
  const outside = rows.filter((row) => row.outside).map(({ outcome }) => outcome);
  return [
    title,
    besideRowsTable(rows),
    ...(latency === null || observed === null
      ? []
      : [`answered within: predicted ${latencyText(latency)}; observed ${latencyText(observed)}`]),
    outside.length === 0
      ? `All lies inside of what 95 % of ${seeds} simulated runs show.`
      : yellow(`Outside of what 95 % of ${seeds} simulated runs show: ${outside.join(', ')}.`),
  ].join('\n');
}

/** Predicted beside observed. */
export function besideRowsTable(rows: readonly BesideRow[]): string {
  return drawTable([...ALIGNS], [['', ...HEADS], ...rows.map(besideCells)]);
}

/** The same of several runs, each named before its first outcome. */
export function besideOfAllTable(
  runs: readonly (readonly [string, readonly BesideRow[]])[],
): string {
  return drawTable(
    ['left', ...ALIGNS],
    [
      ['', '', ...HEADS],
      ...runs.flatMap(([name, rows]) =>
        rows.map((row, index): Cell[] => [index === 0 ? name : '', ...besideCells(row)]),
      ),
    ],
  );
}

const ALIGNS = ['left', 'right', 'left', 'right', 'left', 'left'] as const;
const HEADS = ['predicted', '', 'seen', 'by batch', ''];

function besideCells({ outcome, predicted, observed, mean, outside }: BesideRow): Cell[] {
  return [
    outcome,
    predicted.p50,
    rangeText(predicted),
    observed.length === 1 ? String(mean) : mean.toFixed(1),
    observed.length === 1 ? '' : observed.join(' '),
    outside ? yellow('outside') : dim('inside'),
  ];
}

export function latencyText({ p50, p99 }: NonNullable<Foretold['latency']>): string {
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

function rangeText({ p2_5, p97_5 }: OutcomeRange): string {
  return p2_5 === p97_5 ? '' : `(${p2_5} - ${p97_5})`;
}

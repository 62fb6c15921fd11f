/** A comparison as text: the notable first, then the figures side by side. */
import { LOADS } from '../../apps/contract.ts';
import { stripVTControlCharacters } from 'node:util';
import type { Comparison, Line } from '../../experiment/comparison.ts';
import type { Observation } from '../../experiment/observation.ts';

import { countedIn } from '../analysis/counted.ts';
import { bold, type Cell, dim, drawTable, judged } from './table.ts';

/** @param colour whether the text may hold terminal colours */
export function comparisonReport(comparison: Comparison, colour: boolean): string {
  const sections = [heading(comparison), differences(comparison), figures(comparison)];
  const text = `${sections.join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text);
}

function heading({ names, observations }: Comparison): string {
  return observations
    .map(({ experiment: { description } }, side) =>
      [bold(names[side] ?? ''), ...(description === '' ? [] : [description])].join(': '),
    )
    .join('\n');
}

function differences({ differences: sentences }: Comparison): string {
  return sentences.length === 0 ? 'No notable difference in what was seen.' : sentences.join('\n');
}

/** One table, so that the two columns stand in one place all the way down. */
function figures(comparison: Comparison): string {
  const { names, configuration, outcomes, refusals, counters, observations } = comparison;
  const counted = observations.map(wordsForCounted);
  return drawTable(
    ['left', 'right', 'right'],
    [
      ['', ...names.map(bold)],
      ...(configuration === null
        ? [[], [bold('settings'), dim('not known'), '']]
        : section('settings', ['', ''], configuration, (value) => value ?? dim('unset'))),
      ...section('outcomes', counted, outcomes, mean),
      ...section('refused by', counted, refusals, mean),
      ...section(
        'proxies',
        observations.map(({ requests }) => `all ${requests.length} requests`),
        counters,
        mean,
      ),
      [],
      [bold('verdict'), ...observations.map(({ verdict }) => judged(verdict.outcome))],
    ],
  );
}

function section<T>(
  title: string,
  heads: readonly string[],
  lines: readonly Line<T>[],
  show: (value: T) => Cell,
): Cell[][] {
  if (lines.length === 0) return [];
  return [
    [],
    [bold(title), ...heads.map((head) => (head === '' ? '' : dim(head)))],
    ...lines.map(({ name, values }) => [name, ...values.map(show)]),
  ];
}

/** What the figures of a run are figures of. */
function wordsForCounted(observation: Observation): string {
  const { requests, batches } = countedIn(observation);
  if (!LOADS[observation.experiment.load].inBatches) return `of ${requests.length}`;
  return batches === 0 ? 'no warm batch' : `per batch, ${batches} warm`;
}

function mean(value: number): Cell {
  return value === 0 ? dim('.') : Number(value.toFixed(2));
}

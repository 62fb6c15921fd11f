/** A recommendation as text: the lines to type, what they give and cost, and what is next to them. */
import { stripVTControlCharacters } from 'node:util';
import type { LimitsResult, Recommendation, SeenLimits } from '../../experiment/recommendation.ts';
import { formatDuration } from '../../istio/duration.ts';
import { leftOutLines } from './leftOutLines.ts';
import { bold, type Cell, dim, drawTable, green, judgedCheck, red, yellow } from './table.ts';

type Limits = Recommendation['limits'];

/** @param colour whether the text may hold terminal colours */
export function recommendationReport(document: Recommendation, colour: boolean): string {
  const sections = [
    heading(document),
    document.settings.join('\n'),
    results(document),
    costs(document),
    document.adaptive.verdict,
    checked(document),
    leftOut(document),
  ];
  const text = `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text).replace(/ +$/gm, '');
}

function heading({ stack, objectives, growth, seeds }: Recommendation): string {
  return (
    `${bold(stack)}: ${objectives.join(' and ')}, up to ${growth} times the load, ` +
    `in each of ${seeds} simulated runs`
  );
}

/** One row for each set of limits that was looked at. */
function results(document: Recommendation): string {
  const { limits, result, now, neighbours, adaptive, objectives, growth } = document;
  const rows: [string, Cell, { own: LimitsResult; grown: LimitsResult }][] = [
    ['recommended', said(limits), result],
    ['as the stack is', said(now.limits), now],
    ...neighbours.map((one): [string, Cell, typeof one] => ['next to it', said(one.limits), one]),
    ['adaptive concurrency', `found ${Math.round(adaptive.concurrency)} a server`, adaptive],
  ];
  const heads = objectives.map((objective) => objective.split(' ')[0] ?? '');
  return drawTable(
    [
      'left',
      'left',
      ...heads.map(() => 'right' as const),
      ...heads.map(() => 'right' as const),
      'left',
    ],
    [
      ['', '', ...heads, ...heads.map((head) => `${head} at x${growth}`), ''].map((head) =>
        dim(head),
      ),
      ...rows.map(([name, limit, { own, grown }]) => [
        name,
        limit,
        ...valuesOf(document, own),
        ...valuesOf(document, grown),
        metIn(own, grown),
      ]),
    ],
  );
}

/** Worst of all runs: what is promised. */
function valuesOf({ objectives }: Recommendation, { values }: LimitsResult): string[] {
  return values.map(({ worst }, index) => shown(objectives[index] ?? '', worst));
}

function metIn(own: LimitsResult, grown: LimitsResult): string {
  const met = own.met + grown.met;
  const runs = own.runs + grown.runs;
  if (met === runs) return green('meets');
  return met === 0 ? red('fails') : red(`fails in ${runs - met} of ${runs} runs`);
}

function shown(objective: string, value: number | null): string {
  if (value === null) return '-';
  return objective.startsWith('p')
    ? formatDuration(value < 1000 ? Number(value.toPrecision(3)) : Math.round(value / 10) * 10)
    : `${Number((100 * value).toFixed(1))}%`;
}

function said(limits: Limits): string {
  return Object.entries(limits)
    .map(([key, value]) => `${key} ${value === 0 ? '-' : value}`)
    .join(', ');
}

function costs({ cost, cliff, growth }: Recommendation): string {
  const refused = `${Number((100 * cost.refused).toFixed(1))} %`;
  const fails = cliff.keys.map(({ key, value }) =>
    value === null ? `no smaller ${key} fails in every run` : `${key} ${value} fails in every run`,
  );
  return [
    `Costs: ${Math.round(cost.connections)} connections to servers in a run (${Math.round(cost.connectionsWithoutLimits)} without limits); ` +
      `the breakers refuse ${refused} of ${growth} times the load.`,
    `Cliff: it holds up to ${cliff.isBeyond ? 'at least ' : ''}${cliff.load} times the load; ${fails.join(', ')}.`,
  ].join('\n');
}

function checked({ check, objectives }: Recommendation): string {
  if (check === null) return '';
  const row = (name: string, seen: SeenLimits): Cell[] => [
    name,
    said(seen.limits),
    ...seen.values.map((value, index) => shown(objectives[index] ?? '', value)),
    seen.met === null ? yellow('cannot be judged') : seen.met ? green('meets') : red('fails'),
  ];
  const table = drawTable(
    ['left', 'left', ...objectives.map(() => 'right' as const), 'left'],
    [
      ['on real Envoys', '', ...objectives, ''].map((head) => (head === '' ? '' : dim(head))),
      row('recommended', check.recommended),
      ...(check.neighbour === null ? [] : [row('beyond the cliff', check.neighbour)]),
    ],
  );
  return `${table}\n${judgedCheck(check)}`;
}

function leftOut({ leftOut: all }: Recommendation): string {
  const lines = leftOutLines(all);
  return lines.length === 0
    ? ''
    : ['Left out by the prediction:', ...lines.map((line) => `  ${line}`)].join('\n');
}

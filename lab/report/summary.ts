/** Many runs as text: a line each, and what did not hold. */
import { LOADS } from '../../apps/contract.ts';
import { stripVTControlCharacters } from 'node:util';
import type { Observation } from '../../experiment/observation.ts';
import type { Summary } from '../../experiment/summary.ts';
import { besideOf } from '../analysis/beside.ts';
import { answeredOf, countedIn } from '../analysis/counted.ts';
import { besideOfAllTable } from './foretold.ts';
import { bold, type Cell, dim, drawTable, green, judged, red } from './table.ts';

/** @param colour whether the text may hold terminal colours */
export function summaryReport(summary: Summary, colour: boolean): string {
  const sections = [
    summaryTable(summary),
    unmet(summary),
    open(summary),
    beside(summary),
    failed(summary),
    bold(closing(summary)),
  ];
  const text = `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text);
}

function summaryTable({ observations }: Summary): string {
  if (observations.length === 0) return '';
  return drawTable(
    ['left', 'right', 'right', 'left', 'right', 'right', 'left'],
    [
      ['stack', 'requests', 'answered', 'refused', 'warm batches', 'time', 'verdict'],
      ...observations.map(summaryLine),
    ],
  );
}

function summaryLine(observation: Observation): Cell[] {
  const { stack, requests, experiment, durationMs, verdict } = observation;
  return [
    stack,
    requests.length,
    answeredOf(requests).length,
    refusals(observation) || dim('.'),
    LOADS[experiment.load].inBatches ? countedIn(observation).batches : dim('.'),
    seconds(durationMs),
    judged(verdict.outcome),
  ];
}

/** Such as `40 client-proxy/pending`, a line for each cause, the most frequent first. */
function refusals({ requests }: Observation): string {
  return [...Map.groupBy(requests, ({ refusedBy }) => refusedBy)]
    .filter(([cause]) => cause !== null)
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([cause, { length }]) => `${length} ${cause ?? ''}`)
    .join('\n');
}

function unmet({ observations }: Summary): string {
  const checks = observations.flatMap(({ stack, verdict }) =>
    verdict.checks
      .filter(({ outcome }) => outcome === 'does not hold')
      .map((check) => ({ stack, ...check })),
  );
  if (checks.length === 0) return '';
  return drawTable(
    ['left', 'left', 'left', 'left'],
    [
      [bold('What does not hold'), '', 'expected', 'seen'],
      ...checks.map(({ stack, name, expected, seen }) => [stack, name, expected, seen]),
    ],
  );
}

/** Why it could not, once for each: its checks have all the same reason. */
function open({ observations }: Summary): string {
  const lines = observations
    .filter(({ verdict }) => verdict.outcome === 'inconclusive')
    .map(({ stack, verdict: { because = '' } }) => `  ${stack}: ${because}`);
  return lines.length === 0 ? '' : [bold('What could not be judged:'), ...lines].join('\n');
}

/** Each outcome of every stack that was predicted before it ran. */
function beside({ observations }: Summary): string {
  const runs = observations.flatMap((observation) => {
    const { stack, prediction } = observation;
    if (prediction === undefined || 'problem' in prediction) return [];
    const rows = besideOf(observation, prediction);
    return rows.length === 0 ? [] : [[stack, rows] as const];
  });
  if (runs.length === 0) return '';
  return [bold('Predicted beside observed, in a warm batch:'), besideOfAllTable(runs)].join('\n');
}

function failed({ failures }: Summary): string {
  if (failures.length === 0) return '';
  return [
    bold('What could not run:'),
    ...failures.map(({ stack, reason }) => `  ${stack}: ${reason}`),
  ].join('\n');
}

function closing({ observations, failures, timeScale, durationMs }: Summary): string {
  const total = observations.length + failures.length;
  const holding = observations.filter(({ verdict }) => verdict.outcome === 'holds').length;
  const scale = timeScale === 1 ? '' : ` at time scale ${timeScale}`;
  const text = `${holding} of ${total} verdicts hold${scale}, after ${seconds(durationMs)}.`;
  return holding === total ? green(text) : red(text);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

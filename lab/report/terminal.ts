/** An observation as text: what happened batch by batch, both proxies' figures, the verdict. */
import { LOADS } from '../../apps/contract.ts';
import { stripVTControlCharacters } from 'node:util';
import { shortName } from '../../envoy/clusterName.ts';
import { told } from '../analysis/disturbance.ts';
import { healthChanges } from '../analysis/phases.ts';
import { columnsOf } from './columns.ts';
import { FIGURES, wasUsed } from './figures.ts';
import type { Observation } from '../../experiment/observation.ts';
import { withShortNames } from '../analysis/podNames.ts';
import { UNLIMITED } from '../../envoy/thresholds.ts';
import { besideOf } from '../analysis/beside.ts';
import { outcomeCountsOf } from '../analysis/outcomeCounts.ts';
import { outcomesOf } from '../analysis/outcome.ts';
import { leftOutLines } from './leftOutLines.ts';
import { besideSection } from './foretold.ts';
import { bold, dim, drawTable, green, judged, red, yellow } from './table.ts';

const LEFT_OUT: Readonly<Record<Observation['source'], string>> = {
  local: 'Left out by the local platform',
  cluster: 'Not to be seen in this cluster',
  prediction: 'Left out by the prediction',
};

/** @param colour whether the text may hold terminal colours */
export function terminalReport(document: Observation, colour: boolean): string {
  const observation = withShortNames(document);
  const sections = [
    heading(observation),
    outcomeTable(observation),
    endpointTable(observation),
    healthTable(observation),
    proxyTable(observation),
    listed('By other tools', observation.external.map(byTool)),
    listed('What this run shows', observation.explanation),
    listed('What broke', observation.faults),
    listed('Not judged, for what this machine did', disturbances(observation)),
    listed('Made up, as the objects lack it', observation.madeUp),
    listed(LEFT_OUT[observation.source], leftOutLines(observation.leftOut)),
    predictionTable(observation),
    verdictTable(observation),
  ];
  const text = `${sections.filter((section) => section !== '').join('\n\n')}\n`;
  return colour ? text : stripVTControlCharacters(text);
}

/** What became of the requests, and the verdict, in 76 columns: it stands among another's words. */
export function briefReport(document: Observation): string {
  const observation = withShortNames(document);
  const { experiment, verdict } = observation;
  const counts = countsByBatch(observation);
  const marks = columnsOf(observation).map(({ subtitle }) => subtitle.slice(0, 1));
  const table = drawTable(
    ['left', 'left'],
    [
      ...(LOADS[experiment.load].inBatches
        ? [['batch by batch: cold, warm, disturbed', marks.join(' ')]]
        : []),
      ...Object.entries(counts),
    ],
  );
  return `${table}\n\n${verdictLine(verdict)}`;
}

/** By how requests ended, how many in each batch, such as `5 6 6`. */
export function countsByBatch(observation: Observation): Record<string, string> {
  return Object.fromEntries(
    outcomesOf(observation).map(({ label, requests }) => {
      const byBatch = Map.groupBy(requests, ({ batch }) => batch);
      const batches = Array.from({ length: observation.batches }, (_, batch) => batch);
      return [label, batches.map((batch) => byBatch.get(batch)?.length ?? 0).join(' ')];
    }),
  );
}

/** Such as `holds: 5 of 5 checks`. */
export function verdictLine({ outcome, because, checks }: Observation['verdict']): string {
  if (outcome === 'inconclusive') return `inconclusive: ${because ?? ''}`;
  const unmet = checks.filter((check) => check.outcome !== 'holds');
  const first = unmet.find((check) => check.outcome === outcome);
  const why =
    first === undefined ? '' : ` (${first.name}: expected ${first.expected}, seen ${first.seen})`;
  return `${outcome}: ${checks.length - unmet.length} of ${checks.length} checks${why}`;
}

function heading(observation: Observation): string {
  const { stack, experiment, versions, requests, batches, timeScale } = observation;
  const envoy = versions.envoy === null ? '' : ` on Envoy ${versions.envoy}`;
  const times = timeScale === 1 ? '' : `, all times at ${timeScale} of their own`;
  const inBatches = LOADS[experiment.load].inBatches ? ` in ${batches} batches` : '';
  const title = `${stack}: ${requests.length} requests${inBatches}${envoy}${times}`;
  return [bold(title), ...(experiment.description === '' ? [] : [experiment.description])].join(
    '\n',
  );
}

function outcomeTable(observation: Observation): string {
  const columns = columnsOf(observation);
  return drawTable(
    ['left', ...columns.map(() => 'right' as const)],
    [
      ['', ...columns.map(({ title }) => title)],
      ['', ...columns.map(({ subtitle }) => dim(subtitle))],
      ...outcomesOf(observation).map(({ label, requests }) => {
        const counts = columns.map(({ holds }) => requests.filter(holds).length);
        const refused = requests[0]?.refusedBy !== null;
        return [
          refused ? red(label) : green(label),
          ...counts.map((count) => (count === 0 ? dim('.') : count)),
        ];
      }),
    ],
  );
}

/** Which pods the requests were sent to, where there is more than one: the shares of a split. */
function endpointTable({ requests }: Observation): string {
  const byEndpoint = Map.groupBy(requests, ({ endpoint }) => endpoint);
  if ([...byEndpoint.keys()].filter((endpoint) => endpoint !== null).length < 2) return '';
  const rows = [...byEndpoint].sort(([a], [b]) => ((a ?? '~') < (b ?? '~') ? -1 : 1));
  return drawTable(
    ['left', 'right', 'right'],
    [
      ['sent to', 'requests', 'share'],
      ...rows.map(([endpoint, sent]) => [
        endpoint ?? dim('none'),
        sent.length,
        `${((100 * sent.length) / requests.length).toFixed(1)} %`,
      ]),
    ],
  );
}

/** Endpoints that were ejected, as `istioctl proxy-config endpoints` shows them, over time. */
function healthTable({ proxies }: Observation): string {
  const changes = healthChanges(proxies);
  if (changes.length === 0) return '';
  return drawTable(
    ['right', 'left', 'left', 'left', 'left', 'left'],
    [
      ['at', 'proxy of', 'endpoint', 'status', 'outlier check', 'cluster'],
      ...changes.map(({ atMs, proxy, pod, cluster, ejected, reason }) => [
        `${(atMs / 1000).toFixed(2)} s`,
        proxy,
        pod,
        'HEALTHY',
        ejected ? red(`FAILED${reason === undefined ? '' : ` (${reason})`}`) : green('OK'),
        dim(shortName(cluster)),
      ]),
    ],
  );
}

function proxyTable({ proxies }: Observation): string {
  const columns = proxies.flatMap(({ pod, clusters }) =>
    clusters.filter(wasUsed).map((cluster) => ({ pod, cluster })),
  );
  if (columns.length === 0) return '';
  return drawTable(
    ['left', ...columns.map(() => 'right' as const)],
    [
      ['proxy of', ...columns.map(({ pod }) => pod)],
      ['cluster', ...columns.map(({ cluster }) => dim(shortName(cluster.name)))],
      ...FIGURES.map(([name, figure]) => [
        name,
        ...columns.map(({ cluster }) => {
          const value = figure(cluster);
          return value === UNLIMITED ? dim('no limit') : value;
        }),
      ]),
    ],
  );
}

/** What was foretold beside what was seen. */
function predictionTable(observation: Observation): string {
  const { prediction, experiment } = observation;
  if (prediction === undefined) return '';
  if ('problem' in prediction) return `${bold('Not predicted:')} ${prediction.problem}`;
  return besideSection(prediction, besideOf(observation, prediction), {
    inBatches: LOADS[experiment.load].inBatches,
    observed: outcomeCountsOf(observation).latency,
  });
}

function verdictTable({ verdict }: Observation): string {
  const checks = drawTable(
    ['left', 'left', 'left', 'left'],
    [
      ['', 'expected', 'seen', ''],
      ...verdict.checks.map(({ name, expected, seen, outcome }) => {
        return [name, expected, seen, judged(outcome)];
      }),
    ],
  );
  return `${checks}\n\n${bold(sentence(verdict))}`;
}

function sentence({ outcome, because = '' }: Observation['verdict']): string {
  switch (outcome) {
    case 'holds':
      return green('The verdict holds.');
    case 'does not hold':
      return red('The verdict does not hold.');
    case 'inconclusive':
      return yellow(`The verdict is inconclusive: ${because}`);
  }
}

function disturbances({ disturbed, experiment }: Observation): string[] {
  return disturbed.map((one) => told(one, LOADS[experiment.load].inBatches));
}

function byTool({ command, statuses, problem }: Observation['external'][number]): string {
  if (problem !== undefined) return `could not tell, ${problem}`;
  const counts = Object.entries(statuses).map(([status, count]) => `${count} x ${status}`);
  return `${counts.join(', ')}: ${command}`;
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : [bold(`${title}:`), ...lines.map((line) => `  ${line}`)].join('\n');
}

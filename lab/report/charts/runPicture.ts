/**
 * A run as one small picture that stands by itself, such as in a README: every request a bar, batch by
 * batch, or, for a load without batches, by who answered it. Light and dark as the reader's page is.
 */
import type { TopLevelSpec } from 'vega-lite';
import { LOADS } from '../../../apps/contract.ts';
import type { Observation, Request } from '../../../experiment/observation.ts';
import { durationMs } from '../../../istio/duration.ts';
import { endOf, healthChanges } from '../../analysis/phases.ts';
import { withShortNames } from '../../analysis/podNames.ts';
import { columnsOf } from '../columns.ts';
import { axisOf, packed } from '../html/bars.ts';
import { KINDS, kindOf } from '../html/kinds.ts';
import { svgOf } from './svg.ts';

/** By light and by dark; as those of a run's page (html/page.css). */
const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  paper: ['#ffffff', '#14181d'],
  ink: ['#1a2027', '#e7ebef'],
  soft: ['#55606c', '#a3adb8'],
  line: ['#d8dee4', '#343c46'],
  good: ['#2b7bba', '#58a6e0'],
  waiting: ['#aacae3', '#2e5672'],
  'client-breaker': ['#c25700', '#f0944d'],
  'server-breaker': ['#8a3ea8', '#c58be0'],
  'no-endpoint': ['#5b6570', '#9aa5b1'],
  timeout: ['#8a6d00', '#d9b530'],
  application: ['#c3283c', '#f06a7a'],
  unknown: ['#3a3a3a', '#cccccc'],
};

const colour = (name: string): string => `var(--${name})`;

const CONFIG = {
  aria: false,
  background: colour('paper'),
  font: 'system-ui, sans-serif',
  view: { stroke: colour('line') },
  axis: {
    labelColor: colour('soft'),
    titleColor: colour('soft'),
    titleFontWeight: 'normal',
    gridColor: colour('line'),
    domainColor: colour('line'),
    tickColor: colour('line'),
  },
  header: { labelColor: colour('ink'), labelFontSize: 12 },
  legend: {
    labelColor: colour('ink'),
    labelFontSize: 12,
    orient: 'top',
    symbolType: 'square',
  },
} as const;

/** Of what took no time, in pixels. */
const LEAST = 3;

/** Pixels of the whole; a request's row is lower where there are many. */
const WIDTH = 720;
const MOST_COLUMNS = 5;
const ROW = { few: 12, many: 5 } as const;
const FEW = 12;

/** What has a colour beside how requests ended. */
const WAITING = { name: 'waiting', title: 'waiting for a connection' };
const EJECTED = { name: 'line', title: 'ejected' };

/** In seconds. */
interface Bar {
  readonly panel: string;
  readonly row: number;
  readonly from: number;
  readonly to: number;
  /** A kind of request, `waiting` or `line`: what its colour is called. */
  readonly kind: string;
}

export async function runPicture(document: Observation): Promise<string> {
  const observation = withShortNames(document);
  const svg = await svgOf(
    LOADS[observation.experiment.load].inBatches ? byBatch(observation) : byEndpoint(observation),
  );
  const rules = (index: 0 | 1): string =>
    `:root{${Object.entries(COLOURS)
      .map(([name, both]) => `--${name}:${both[index]}`)
      .join(';')}}`;
  const style = `<style>${rules(0)}@media (prefers-color-scheme:dark){${rules(1)}}</style>`;
  return `${svg.replace(/(<svg[^>]*>)/, `$1${style}`)}\n`;
}

function byBatch(observation: Observation): TopLevelSpec {
  const columns = columnsOf(observation);
  const scale = durationMs(observation.experiment.serviceTime) * observation.timeScale;
  const batches = columns.map(({ title, subtitle, holds }, index) => ({
    panel: `${index === 0 ? title : `batch ${title}`}, ${subtitle}`,
    requests: observation.requests.filter(holds),
  }));
  const bars = batches.flatMap(({ panel, requests }) => {
    const start = Math.min(...requests.map(({ sentMs }) => sentMs));
    return answeredFirst(requests).flatMap((one, row) => barsOf(one, panel, row, start));
  });
  // As many in each line as the lines that it takes allow.
  const across = Math.ceil(batches.length / Math.ceil(batches.length / MOST_COLUMNS));
  const { toMs, unitMs } = axisOf(0, 1000 * Math.max(...bars.map(({ to }) => to)), scale);
  const most = Math.max(...batches.map(({ requests }) => requests.length));
  return specOf(bars, {
    facet: {
      field: 'panel',
      type: 'nominal',
      title: null,
      sort: batches.map(({ panel }) => panel),
    },
    columns: across,
    width: Math.floor(WIDTH / across) - 30,
    toMs,
    unitMs,
    rowHeight: most <= FEW ? ROW.few : ROW.many,
  });
}

/** What was answered first stands first; refusals after it. */
function answeredFirst(requests: readonly Request[]): Request[] {
  const rank = ({ refusedBy, endedMs }: Request): number =>
    (refusedBy === null ? 0 : 1e12) + endedMs;
  return requests.toSorted((a, b) => rank(a) - rank(b));
}

function byEndpoint(observation: Observation): TopLevelSpec {
  const lanes = [
    ...Map.groupBy(observation.requests, ({ endpoint }) => endpoint ?? 'sent to nobody'),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const requests = lanes.map(([panel, all]) => ({ panel, rows: packed(all) }));
  const bars = requests.flatMap(({ panel, rows }) =>
    rows.flatMap((row, index) => row.flatMap((one) => barsOf(one, panel, index, 0))),
  );
  const depths = new Map(requests.map(({ panel, rows }) => [panel, rows.length]));
  const { toMs, unitMs } = axisOf(0, observation.durationMs, 0);
  return specOf([...ejections(observation, depths), ...bars], {
    facet: {
      row: {
        ...{ field: 'panel', type: 'nominal', title: null, sort: lanes.map(([panel]) => panel) },
        header: { labelAngle: 0, labelAlign: 'left', labelOrient: 'top', labelAnchor: 'start' },
      },
    },
    width: WIDTH - 20,
    toMs,
    unitMs,
    rowHeight: Math.max(...depths.values()) <= 3 ? ROW.few : ROW.many,
  });
}

/** How long each endpoint was out, over its whole lane. */
function ejections(observation: Observation, depths: ReadonlyMap<string, number>): Bar[] {
  const changes = healthChanges(observation.proxies);
  return changes
    .filter(({ ejected, pod }) => ejected && depths.has(pod))
    .flatMap((change) =>
      Array.from({ length: depths.get(change.pod) ?? 0 }, (_, row): Bar => {
        const from = change.atMs / 1000;
        const to = (endOf(change, changes)?.atMs ?? observation.durationMs) / 1000;
        return { panel: change.pod, row, from, to, kind: EJECTED.name };
      }),
    );
}

/** Its wait, where it had to wait, and the rest. */
function barsOf(request: Request, panel: string, row: number, startMs: number): Bar[] {
  const { sentMs, endedMs, waitedMs = 0 } = request;
  const seconds = (ms: number): number => Number(((ms - startMs) / 1000).toFixed(3));
  const served = seconds(Math.min(sentMs + waitedMs, endedMs));
  const [from, to] = [seconds(sentMs), seconds(endedMs)];
  return [
    ...(served > from ? [{ panel, row, from, to: served, kind: WAITING.name }] : []),
    { panel, row, from: served, to, kind: kindOf(request) },
  ];
}

interface Layout {
  readonly facet: object;
  readonly columns?: number;
  readonly width: number;
  readonly toMs: number;
  readonly unitMs: number;
  readonly rowHeight: number;
}

function specOf(bars: readonly Bar[], layout: Layout): TopLevelSpec {
  const { facet, columns, width, toMs, unitMs, rowHeight } = layout;
  const toSeconds = toMs / 1000;
  // What took no time gets a width all the same; a wait that nobody would see gets none.
  const least = (LEAST * toSeconds) / width;
  const drawn = bars
    .filter(({ kind, from, to }) => kind !== WAITING.name || to - from > least)
    .map((bar) => ({ ...bar, to: Math.min(toSeconds, Math.max(bar.to, bar.from + least)) }));
  const ticks = Array.from(
    { length: Math.round(toMs / unitMs) + 1 },
    (_, index) => (index * unitMs) / 1000,
  );
  const shown = [...KINDS, WAITING, EJECTED].filter(({ name }) =>
    drawn.some(({ kind }) => kind === name),
  );
  const titles = Object.fromEntries(shown.map(({ name, title }) => [name, title]));
  const labels = `${JSON.stringify(titles)}[datum.value]`;
  return {
    data: { values: drawn },
    config: CONFIG,
    padding: 8,
    facet,
    ...(columns !== undefined && { columns }),
    spacing: 14,
    resolve: { scale: { y: 'independent' } },
    spec: {
      width,
      height: { step: rowHeight },
      mark: { type: 'bar', height: { band: 0.75 } },
      encoding: {
        x: {
          ...{ field: 'from', type: 'quantitative', title: 'seconds' },
          scale: { domain: [0, toSeconds] },
          axis: { values: ticks, labelOverlap: true },
        },
        x2: { field: 'to' },
        y: { field: 'row', type: 'ordinal', axis: null },
        color: {
          ...{ field: 'kind', type: 'nominal', title: null },
          scale: {
            domain: shown.map(({ name }) => name),
            range: shown.map(({ name }) => colour(name)),
          },
          legend: { labelExpr: labels, labelLimit: 0, columns: 2 },
        },
      },
    },
  };
}

/** A sweep as a chart: one key as curves, two as heat maps with the cliff and what is set now. */
import type { TopLevelSpec } from 'vega-lite';
import { LabError } from '../../../errors/labError.ts';
import type { Sweep, SweepCell } from '../../../experiment/sweep.ts';
import { cliffsOf } from '../../analysis/cliff.ts';
import { svgOf } from './svg.ts';
import { causesOf, refusedShare } from '../sweepFigures.ts';

/** On the cells of a map, whatever the ground around it. */
const INK = '#1f2328';

interface Drawn {
  /** Of lines on the ground. */
  readonly ink: string;
  /** Of what is set now. */
  readonly now: string;
  /** Whether each cell tells of itself. */
  readonly tells: boolean;
  /** The longer side of a map, in pixels. */
  readonly side: number;
  /** Whether maps stand one below the other. */
  readonly stacked: boolean;
}

const ON_PAPER: Drawn = { ink: INK, now: '#0969da', tells: false, side: 300, stacked: false };

/** What keeps a picture of thousands of cells small: nobody hears of each of them. */
const CONFIG = { aria: false, font: 'sans-serif', view: { stroke: null } } as const;

/** In one row of the data. */
type Row = Readonly<Record<string, string | number | boolean | null>>;

/** @throws LabError for more keys than a picture has directions */
export function refuseKeys(count: number): void {
  if (count <= 2) return;
  throw new LabError(
    `--svg: a picture shows one key or two, and ${count} are varied: leave it out (--json and --csv ` +
      'have all of them), or set the others by --set',
  );
}

export function sweepSvg(sweep: Sweep): Promise<string> {
  return svgOf(sweepSpec(sweep));
}

/** @param drawn on a light ground unless given */
export function sweepSpec(sweep: Sweep, drawn = ON_PAPER): TopLevelSpec {
  refuseKeys(sweep.axes.length);
  const [x, y] = sweep.axes;
  if (x === undefined) throw new TypeError('a sweep of no key');
  return y === undefined ? curves(sweep, x.key, drawn) : heatMaps(sweep, x, y, drawn);
}

type Axis = Sweep['axes'][number];

interface Panel {
  readonly field: string;
  readonly title: string;
  readonly scheme: string;
  readonly domain?: readonly number[];
  readonly format: string;
}

const PANELS: readonly Panel[] = [
  { field: 'success', title: 'answered', scheme: 'redyellowgreen', domain: [0, 1], format: '.0%' },
  { field: 'refused', title: 'refused', scheme: 'oranges', domain: [0, 1], format: '.0%' },
  { field: 'p99', title: 'p99 of the answers, ms', scheme: 'blues', format: ',.0f' },
];

const SMALLEST_CELL = 7;

function heatMaps(
  sweep: Sweep,
  x: Axis,
  y: Axis,
  { now: nowColour, tells, side, stacked }: Drawn,
): TopLevelSpec {
  const cells = sweep.cells.map((cell): Row => ({
    x: cell.settings[x.key] ?? '',
    y: cell.settings[y.key] ?? '',
    success: cell.success?.mean ?? null,
    refused: cell.success === null ? null : refusedShare(cell),
    p99: cell.latency?.p99 ?? null,
    told: tells ? toldOf(cell) : '',
  }));
  const now = cells.filter(
    (cell) => cell['x'] === sweep.current[x.key] && cell['y'] === sweep.current[y.key],
  );
  const cellSize = Math.max(
    SMALLEST_CELL,
    Math.floor(side / Math.max(x.values.length, y.values.length)),
  );
  const cliff = cliffLines(sweep, x, y);
  const position = (channel: 'x' | 'y', { key, values }: Axis): object => ({
    field: channel,
    type: 'ordinal',
    sort: channel === 'y' ? values.toReversed() : values,
    title: key,
    axis: { labelOverlap: true, labelAngle: 0, ticks: false, domain: false },
    scale: { domain: channel === 'y' ? values.toReversed() : values, padding: 0 },
  });
  const edge = (lines: readonly Row[], isUpright: boolean): object => ({
    data: { values: lines },
    mark: { type: 'rule', strokeWidth: 2, color: INK, strokeCap: 'square', aria: false },
    encoding: isUpright
      ? {
          x: { ...position('x', x), bandPosition: 1 },
          y: { ...position('y', y), bandPosition: 0 },
          y2: { field: 'y', bandPosition: 1 },
        }
      : {
          x: { ...position('x', x), bandPosition: 0 },
          x2: { field: 'x', bandPosition: 1 },
          y: { ...position('y', y), bandPosition: 0 },
        },
  });
  const panel = ({ field, title, scheme, domain, format }: Panel): object => ({
    title: { text: title, anchor: 'start' },
    width: cellSize * x.values.length,
    height: cellSize * y.values.length,
    layer: [
      {
        data: { values: cells },
        mark: { type: 'rect', aria: tells },
        encoding: {
          x: position('x', x),
          y: position('y', y),
          color: {
            field,
            type: 'quantitative',
            scale: { scheme, ...(domain && { domain }) },
            legend: { title: null, format, gradientLength: 120 },
          },
          ...(tells && { description: { field: 'told' } }),
        },
      },
      ...(field === 'p99' ? [] : [edge(cliff.upright, true), edge(cliff.flat, false)]),
      {
        data: { values: now },
        mark: {
          type: 'rect',
          fill: null,
          stroke: nowColour,
          strokeWidth: 2.5,
          aria: false,
        },
        encoding: { x: position('x', x), y: position('y', y) },
      },
    ],
  });
  return {
    title: { ...titleOf(sweep, now.length > 0), anchor: 'start' },
    concat: PANELS.map(panel),
    columns: stacked ? 1 : PANELS.length,
    spacing: 24,
    config: CONFIG,
    resolve: { scale: { color: 'independent' } },
  } as unknown as TopLevelSpec;
}

function toldOf(cell: SweepCell): string {
  const { settings, success, latency } = cell;
  const where = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
  if (success === null) return `${where.join(', ')}: never warm`;
  const share = (one: number): string => `${(100 * one).toFixed(0)} %`;
  return [
    `${where.join(', ')}: ${share(success.mean)} answered`,
    `${share(refusedShare(cell))} refused`,
    ...(latency === null ? [] : [`99 % within ${latency.p99.toFixed(0)} ms`]),
  ].join(', ');
}

/** By the cell to the left of an upright piece, and below a flat one. */
function cliffLines(sweep: Sweep, x: Axis, y: Axis): { upright: Row[]; flat: Row[] } {
  const lines = { upright: [] as Row[], flat: [] as Row[] };
  for (const { axis, from, to } of cliffsOf(sweep)) {
    const settings = sweep.cells[Math.min(from, to)]?.settings ?? {};
    const row = { x: settings[x.key] ?? '', y: settings[y.key] ?? '' };
    (axis === 0 ? lines.upright : lines.flat).push(row);
  }
  return lines;
}

function curves(sweep: Sweep, key: string, { ink, now }: Drawn): TopLevelSpec {
  const values = sweep.axes[0]?.values ?? [];
  const x = {
    field: 'x',
    type: 'ordinal',
    sort: values,
    title: key,
    axis: { labelOverlap: true, labelAngle: 0 },
  };
  const at = (cell: Sweep['cells'][number]): string => cell.settings[key] ?? '';
  const shares = sweep.cells.map((cell) => ({ x: at(cell), ...cell.success }));
  const causes = sweep.cells.flatMap((cell) =>
    causesOf(sweep).map((cause) => ({
      x: at(cell),
      cause,
      share: (cell.refused[cause] ?? 0) / Math.max(1, cell.requests),
    })),
  );
  const times = sweep.cells.flatMap((cell) =>
    cell.latency === null
      ? []
      : (['p50', 'p99'] as const).map((name) => ({ x: at(cell), name, ms: cell.latency?.[name] })),
  );
  const share = { type: 'quantitative', axis: { format: '.0%' }, scale: { domain: [0, 1] } };
  const cliffs = cliffsOf(sweep).map(({ from, to }) => {
    const cell = sweep.cells[Math.min(from, to)];
    return { x: cell ? at(cell) : '' };
  });
  const size = { width: 380, height: 170 };
  return {
    title: {
      ...titleOf(sweep, values.includes(sweep.current[key] ?? '')),
      anchor: 'start',
    },
    vconcat: [
      {
        ...size,
        layer: [
          {
            data: { values: shares },
            mark: { type: 'area', opacity: 0.25, color: now },
            encoding: {
              x,
              y: { field: 'p2_5', ...share, title: 'answered' },
              y2: { field: 'p97_5' },
            },
          },
          {
            data: { values: shares },
            mark: { type: 'line', point: { size: 18 }, color: now },
            encoding: { x, y: { field: 'mean', ...share } },
          },
          {
            data: { values: cliffs },
            mark: { type: 'rule', strokeDash: [4, 3], color: ink },
            encoding: { x: { ...x, bandPosition: 1 } },
          },
          {
            data: {
              values: values.includes(sweep.current[key] ?? '') ? [{ x: sweep.current[key] }] : [],
            },
            mark: { type: 'rule', color: now, strokeWidth: 2 },
            encoding: { x },
          },
        ],
      },
      {
        ...size,
        data: { values: causes },
        mark: 'bar',
        encoding: {
          x,
          y: { field: 'share', ...share, title: 'refused', stack: 'zero' },
          color: { field: 'cause', type: 'nominal', title: null },
        },
      },
      {
        ...size,
        data: { values: times },
        mark: { type: 'line', point: { size: 18 } },
        encoding: {
          x,
          y: { field: 'ms', type: 'quantitative', title: 'answered within, ms' },
          color: { field: 'name', type: 'nominal', title: null },
        },
      },
    ],
    config: CONFIG,
    resolve: { scale: { color: 'independent' } },
  } as unknown as TopLevelSpec;
}

function titleOf(sweep: Sweep, showsCurrent: boolean): { text: string; subtitle: string } {
  const line =
    sweep.objectives.length > 0
      ? `line: the edge of ${sweep.objectives.join(' and ')}`
      : 'line: where the answers fall most';
  const set = sweep.axes.flatMap(({ key }) => {
    const value = sweep.current[key];
    return value === undefined ? [] : [`${key} ${value}`];
  });
  const now = showsCurrent ? `framed: set now` : `set now, outside: ${set.join(', ')}`;
  return { text: sweep.stack, subtitle: [line, ...(set.length > 0 ? [now] : [])].join('; ') };
}

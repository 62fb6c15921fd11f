/** What was measured, as tables for a terminal. */
import { byOutcome } from '../../lab/analysis/outcomeWords.ts';
import { drawTable } from '../../lab/report/table.ts';
import type { Evaluation } from './evaluate.ts';
import { lines, summed } from './summed.ts';

const COLUMNS = [
  ...['id', 'kind', 'batches', 'size', 'distance', 'noise', 'ratio', 'middle', 'width'],
  ...['latency', 'replay'],
];

/** The worst first. */
export function inShort(some: readonly Evaluation[]): string {
  const rows = some.toSorted((a, b) => b.ratio - a.ratio).map(cells);
  const aligns = COLUMNS.map((_, index) => (index < 2 ? ('left' as const) : ('right' as const)));
  return `${drawTable(aligns, [COLUMNS, ...rows])}\n\n${drawTable(['left', 'right'], lines(summed(some)))}\n`;
}

/** What was seen of each outcome beside what was predicted. */
export function inFull(some: readonly Evaluation[]): string {
  return some
    .map((one) => {
      const { settings, law = '' } = one.configuration;
      const said = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      const words = [...new Set([...one.seen.keys(), ...one.predicted.keys()])].sort(byOutcome);
      const rows = words.map((word) => [
        word,
        ((one.seen.get(word) ?? 0) * one.size).toFixed(2),
        ((one.predicted.get(word) ?? 0) * one.size).toFixed(2),
      ]);
      const table = drawTable(
        ['left', 'right', 'right'],
        [['of a batch', 'seen', 'predicted'], ...rows],
      );
      return `${cells(one).join(' ')}\n${said.join(' ')} ${law}\n${table}\n`;
    })
    .join('\n');
}

function cells({ configuration, coverage, ...one }: Evaluation): string[] {
  return [
    configuration.id,
    configuration.kind,
    String(one.batches),
    one.size.toFixed(0),
    one.distance.toFixed(3),
    one.noise.toFixed(3),
    one.ratio.toFixed(2),
    `${(100 * coverage.middle).toFixed(1)} %`,
    coverage.width.toFixed(1),
    one.latency.toFixed(3),
    one.replay === undefined
      ? ''
      : `${((100 * one.replay.agreed) / one.replay.decided).toFixed(1)} %`,
  ];
}

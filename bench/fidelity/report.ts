/** What was measured, as tables for people and as data. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { byOutcome } from '../../lab/analysis/outcomeWords.ts';
import { quantile } from '../../lab/analysis/quantile.ts';
import { PROJECT_ROOT } from '../../lab/objects/source.ts';
import { drawTable } from '../../lab/report/table.ts';
import type { Evaluation } from './evaluate.ts';

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Many requests in a batch: their distance is held to an absolute bound. */
const LARGE = 30;

/** Figures of several configurations together. */
export function summed(some: readonly Evaluation[]): Record<string, string> {
  const large = some.filter(
    ({ size, configuration }) => size >= LARGE && configuration.settings.load === undefined,
  );
  const replays = some.flatMap(({ replay }) => replay ?? []);
  const agreed = replays.reduce((sum, one) => sum + one.agreed, 0);
  const requests = replays.reduce((sum, one) => sum + one.requests, 0);
  return {
    configurations: String(some.length),
    'warm batches': String(some.reduce((sum, { batches }) => sum + batches, 0)),
    'distance over noise, median': median(some.map(({ ratio }) => ratio)).toFixed(2),
    'distance over noise, worst': Math.max(...some.map(({ ratio }) => ratio)).toFixed(2),
    'distance, mean': meanOf(some.map(({ distance }) => distance)).toFixed(3),
    [`distance, mean of the ${large.length} with ${LARGE} or more requests a batch`]: meanOf(
      large.map(({ distance }) => distance),
    ).toFixed(3),
    'within the middle 95 %': share(meanOf(some.map((one) => one.coverage.middle))),
    'within p2.5 to p97.5': share(meanOf(some.map((one) => one.coverage.within))),
    'width of that, requests': meanOf(some.map((one) => one.coverage.width)).toFixed(2),
    'latency, Wasserstein-1 in service times': meanOf(some.map(({ latency }) => latency)).toFixed(
      3,
    ),
    'replayed requests that end alike': `${share(agreed / requests)} of ${requests}`,
  };
}

const columns = [
  ...['id', 'kind', 'batches', 'size', 'distance', 'noise', 'ratio', 'middle', 'width'],
  ...['latency', 'replay'],
];

export function cells({ configuration, ...one }: Evaluation): string[] {
  return [
    configuration.id,
    configuration.kind,
    String(one.batches),
    one.size.toFixed(0),
    one.distance.toFixed(3),
    one.noise.toFixed(3),
    one.ratio.toFixed(2),
    share(one.coverage.middle),
    one.coverage.width.toFixed(1),
    one.latency.toFixed(3),
    one.replay === undefined ? '' : share(one.replay.agreed / one.replay.requests),
  ];
}

export function inShort(some: readonly Evaluation[]): string {
  const rows = some.toSorted((a, b) => b.ratio - a.ratio).map(cells);
  const table = drawTable(
    ['left', 'left', ...columns.slice(2).map(() => 'right' as const)],
    [columns, ...rows],
  );
  return `${table}\n\n${drawTable(['left', 'right'], Object.entries(summed(some)))}\n`;
}

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

export function writeReport(some: readonly Evaluation[]): void {
  process.stdout.write(`${availableParallelism()} ${PROJECT_ROOT} ${some.length}\n`);
  writeFileSync(join(PROJECT_ROOT, 'docs', 'fidelity.md'), '');
}

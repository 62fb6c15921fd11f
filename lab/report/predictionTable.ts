/** A prediction as text: of each outcome its count in a batch, with its range. */
import { stripVTControlCharacters } from 'node:util';
import type { Prediction, Verdicts } from '../../experiment/prediction.ts';
import { leftOutLines } from './leftOutLines.ts';
import { rangesTable } from './outcomesTable.ts';
import { bold, dim, drawTable } from './table.ts';

/** @param colour whether the text may hold terminal colours */
export function predictionTable(prediction: Prediction, colour: boolean): string {
  const {
    stack,
    seeds,
    samples,
    latency,
    requests,
    neverWarm,
    firstWarmBatch,
    ejections,
    leftOut,
    verdicts,
  } = prediction;
  const inBatches = firstWarmBatch !== null;
  const what = inBatches ? `${samples.length} warm batches of ${seeds} runs` : `${seeds} runs`;
  const text = [
    `${bold(stack)}: predicted, ${what} (${requests} requests)`,
    ...(samples.length === 0 ? [] : ['', rangesTable(prediction)]),
    '',
    ...(latency === null
      ? []
      : [
          `answered within: p50 ${latency.p50.toFixed(0)} ms, p90 ${latency.p90.toFixed(0)} ms, ` +
            `p99 ${latency.p99.toFixed(0)} ms`,
        ]),
    ...(inBatches
      ? [
          `the first warm batch: number ${firstWarmBatch.p50 + 1}, in 95 % of runs ${numbers(firstWarmBatch)}`,
        ]
      : []),
    ...(neverWarm > 0 ? [`runs without a warm batch: ${neverWarm}`] : []),
    ...(ejections.mean > 0
      ? [
          `ejections in a run: ${ejections.p50}, in 95 % of runs ${ejections.p2_5} to ${ejections.p97_5}`,
        ]
      : []),
    ...(verdicts === undefined ? [] : ['', ...verdictLines(verdicts, seeds)]),
    ...leftOutLines(leftOut).map(dim),
    '',
  ].join('\n');
  return colour ? text : stripVTControlCharacters(text);
}

function verdictLines({ hold, checks }: Verdicts, seeds: number): string[] {
  const failing = checks.filter(({ otherwise }) => otherwise !== null);
  const line = `what is expected holds in ${hold} of ${seeds} runs`;
  if (failing.length === 0) return [line];
  const rows = failing.map((check) => [
    `  ${check.name}`,
    check.expected,
    `holds in ${check.hold}`,
    `else such as ${check.otherwise ?? ''}`,
  ]);
  return [`${line}:`, drawTable(['left', 'left', 'right', 'left'], rows)];
}

function numbers({ p2_5, p97_5 }: { readonly p2_5: number; readonly p97_5: number }): string {
  return p2_5 === p97_5 ? `${p2_5 + 1}` : `${p2_5 + 1} to ${p97_5 + 1}`;
}

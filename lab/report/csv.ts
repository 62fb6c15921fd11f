/** For spreadsheets and data frames: what is a table, with a line of names above it. */
import { stringify } from 'csv-stringify/sync';
import type { Sweep } from '../../experiment/sweep.ts';
import type { Format } from './format.ts';
import { json } from './json.ts';
import { causesOf } from './sweepFigures.ts';

export const csv: Format = {
  alone: true,
  renderers: { sweep: sweepCsv },
  error: json.error,
};

/** Shares with 1 being all, times in ms, refusals by cause as a mean of a batch; what is unknown is empty. */
function sweepCsv(sweep: Sweep): string {
  const keys = sweep.axes.map(({ key }) => key);
  const causes = causesOf(sweep);
  const names = ['requests', 'success', 'success_p2_5', 'success_p50', 'success_p97_5'];
  return stringify([
    [...keys, ...names, ...causes, 'p50_ms', 'p90_ms', 'p99_ms', 'never_warm'],
    ...sweep.cells.map(({ settings, requests, success, refused, latency, neverWarm }) => [
      ...keys.map((key) => settings[key]),
      requests,
      ...[success?.mean, success?.p2_5, success?.p50, success?.p97_5],
      ...causes.map((cause) => (success === null ? undefined : (refused[cause] ?? 0))),
      ...[latency?.p50, latency?.p90, latency?.p99, neverWarm],
    ]),
  ]);
}

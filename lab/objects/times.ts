/** Times from a CSV: when the requests of a replay are due, or how long something took. */
import { parse } from 'csv-parse/sync';
import { formatDuration } from '../../istio/duration.ts';
import { parseDuration } from '../../apps/contract.ts';
import { LabError } from '../../errors/labError.ts';
import { readText } from './manifestFiles.ts';

/** What a variable of a process may hold, with room to spare (MAX_ARG_STRLEN of Linux is 128 KiB). */
const MOST_CHARACTERS = 120_000;

/** A column with one of these names holds numbers of that unit. */
const MS_OF_UNIT: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  seconds: 1000,
  milliseconds: 1,
};

const WANTED =
  "the first column must hold times with units ('120ms', '1.5s'), or dates with times " +
  "('2026-01-31T10:00:00.250Z'), or numbers under a head that ends in ms or s, such as 'offset_ms'";

/**
 * The first column of a CSV as the client's variable for it: times since the first of them, in order.
 *
 * @throws LabError with file and line of what is no time
 */
export function readSendAt(file: string): string {
  const { times, areDates } = readTimes(file);
  const sorted = times.toSorted((a, b) => a - b);
  const startMs = areDates ? (sorted[0] ?? 0) : 0;
  return inOneLine(
    file,
    sorted.map((ms) => ms - startMs),
  );
}

/**
 * The first column of a CSV as samples of a time, such as `12ms,15ms`.
 *
 * @throws LabError with file and line of what is no time
 */
export function readSamples(file: string): string {
  const { times, areDates } = readTimes(file);
  if (areDates) throw new LabError(`${file}: holds dates, and no samples of a time: ${WANTED}`);
  return inOneLine(file, times);
}

function inOneLine(file: string, times: readonly number[]): string {
  const text = times.map(formatDuration).join(',');
  if (text.length <= MOST_CHARACTERS) return text;
  throw new LabError(
    `${file}: holds ${times.length} times: no process takes so many; about 10000 are possible`,
  );
}

function readTimes(file: string): { times: number[]; areDates: boolean } {
  let rows: string[][];
  try {
    rows = parse(readText(file), {
      bom: true,
      comment: '#',
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError(`${file}: is no CSV: ${(error as Error).message}`);
  }
  const [head = ''] = rows[0] ?? [];
  const unitMs = MS_OF_UNIT[/(?:^|[^a-z])([a-z]+)\W*$/.exec(head.toLowerCase())?.[1] ?? ''];
  const isHead = /[a-z]/i.test(head) && msOf(head, undefined) === undefined;
  const cells = rows.slice(isHead ? 1 : 0).map(([cell = '']) => cell);
  const times = cells.map((cell, index) => {
    const ms = msOf(cell, isHead ? unitMs : undefined);
    if (ms !== undefined) return ms;
    throw new LabError(`${file}: time ${index + 1} is '${cell}': ${WANTED}`);
  });
  if (times.length === 0) throw new LabError(`${file}: holds no time: ${WANTED}`);
  const areDates = Number.isNaN(Number(cells[0])) && parseDuration(cells[0] ?? '') === undefined;
  return { times, areDates };
}

function msOf(cell: string, unitMs: number | undefined): number | undefined {
  if (unitMs !== undefined && /^\d+(\.\d+)?$/.test(cell)) return Number(cell) * unitMs;
  const date = /^\d{4}-\d\d-\d\d[T ]/.test(cell) ? Date.parse(cell) : NaN;
  return parseDuration(cell) ?? (Number.isNaN(date) ? undefined : date);
}

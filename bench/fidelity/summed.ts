/** Figures of several configurations together, beside what they should be. */
import { quantile } from '../../lab/analysis/quantile.ts';
import type { Evaluation } from './evaluate.ts';

/** Requests of a batch from which on its distance is held to a bound of its own. */
const LARGE = 30;

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  /** What it should be, in words, and whether it is; undefined where nothing is asked of it. */
  readonly wanted?: { readonly text: string; readonly met: boolean };
}

export function summed(some: readonly Evaluation[]): Figure[] {
  const ratios = some.map(({ ratio }) => ratio).toSorted((a, b) => a - b);
  const large = some.filter(
    ({ size, configuration }) => size >= LARGE && configuration.settings.load === undefined,
  );
  const replays = some.flatMap(({ replay }) => replay ?? []);
  const replayed = sum(replays.map(({ requests }) => requests));
  const decided = sum(replays.map((replay) => replay.decided));
  const of = (figure: (one: Evaluation) => number, all = some): number =>
    sum(all.map(figure)) / all.length;
  return [
    plain('configurations', some.length, 0),
    plain('warm batches', sum(some.map(({ batches }) => batches)), 0),
    atMost('distance over noise, median', quantile(ratios, 0.5), 1.2),
    atMost('distance over noise, worst', ratios.at(-1) ?? NaN, 2),
    plain(
      'distance, mean',
      of(({ distance }) => distance),
      3,
    ),
    atMost(
      `distance, mean of the ${large.length} with ${LARGE} or more requests a batch`,
      of(({ distance }) => distance, large),
      0.05,
    ),
    within(
      'counts in the middle 95 % of the prediction',
      of(({ coverage }) => coverage.middle),
      [0.93, 0.97],
    ),
    percent(
      'counts from p2.5 to p97.5, both included',
      of(({ coverage }) => coverage.within),
    ),
    plain(
      'width of p2.5 to p97.5, in requests',
      of(({ coverage }) => coverage.width),
      2,
    ),
    plain(
      'latencies, Wasserstein-1 in service times',
      of(({ latency }) => latency),
      3,
    ),
    {
      ...percent(
        `replayed requests that end alike, of ${decided} that the records decide`,
        sum(replays.map(({ agreed }) => agreed)) / decided,
      ),
      wanted: { text: 'at least 95 %', met: sum(replays.map((r) => r.agreed)) >= 0.95 * decided },
    },
    percent(`replayed requests that the records decide, of ${replayed}`, decided / replayed),
  ];
}

/** For a table. */
export function lines(figures: readonly Figure[]): string[][] {
  return figures.map(({ name, text, wanted }) => [
    name,
    text,
    wanted === undefined ? '' : `${wanted.text}: ${wanted.met ? 'met' : 'missed'}`,
  ]);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function plain(name: string, value: number, digits: number): Figure {
  return { name, value, text: value.toFixed(digits) };
}

function percent(name: string, value: number): Figure {
  return { name, value, text: `${(100 * value).toFixed(1)} %` };
}

function atMost(name: string, value: number, most: number): Figure {
  const wanted = { text: `at most ${most}`, met: value <= most };
  return { ...plain(name, value, most < 1 ? 3 : 2), wanted };
}

function within(name: string, value: number, [from, to]: [number, number]): Figure {
  const wanted = { text: `${100 * from} to ${100 * to} %`, met: value >= from && value <= to };
  return { ...percent(name, value), wanted };
}

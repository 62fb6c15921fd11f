/**
 * When requests are due, as text: a rate such as `40/s`, rates one after the other, instants. For people,
 * files and environment variables alike; it stands here because the apps import nothing from outside
 * apps/.
 */
import { parseDuration } from './duration.ts';

const PER_SECOND: Readonly<Record<string, number>> = { s: 1, m: 1 / 60, h: 1 / 3600 };
const RATE = /^(\d+(?:\.\d+)?)\s*\/\s*(s|m|h)$/;
const STEP = /^(.+?)\s+for\s+(\S+)$/;

export const RATE_HINT = "a rate with its unit, such as '40/s', '0.5/s' or '90/m'";
export const STEPS_HINT = "rates one after the other, such as '10/s for 5s, 50/s for 5s'";
export const SEND_AT_HINT = "times since the start that do not go back, such as '0ms, 120ms, 1.5s'";

/** The most requests that can be due in a second: what comes faster than a microsecond is no schedule. */
const MOST_PER_SECOND = 1_000_000;

/** One of the rates that follow one another. */
export interface Step {
  /** Requests per second; 0 for a pause. */
  readonly perSecond: number;
  readonly forMs: number;
}

/** Requests per second; undefined for what is no rate. */
export function parseRate(text: string): number | undefined {
  const [, number, unit = ''] = RATE.exec(text.trim()) ?? [];
  const perSecond = Number(number) * (PER_SECOND[unit] ?? NaN);
  return perSecond <= MOST_PER_SECOND ? perSecond : undefined;
}

export function formatRate(perSecond: number): string {
  // Digits enough for any rate, and none of a form with an exponent.
  return `${Number(perSecond.toFixed(9))
    .toFixed(9)
    .replace(/\.?0+$/, '')}/s`;
}

/** Undefined for what is none: a rate and a time for each, the pauses not all there is. */
export function parseSteps(text: string): Step[] | undefined {
  const steps = text.split(',').map((word): Step | undefined => {
    const [, rate = '', time = ''] = STEP.exec(word.trim()) ?? [];
    const perSecond = parseRate(rate);
    const forMs = parseDuration(time);
    return perSecond === undefined || forMs === undefined || forMs === 0
      ? undefined
      : { perSecond, forMs };
  });
  const known = steps.filter((step) => step !== undefined);
  return known.length === steps.length && known.some(({ perSecond }) => perSecond > 0)
    ? known
    : undefined;
}

/** Ms since the start; undefined for what is none, or goes back. */
export function parseSendAt(text: string): number[] | undefined {
  const times = text.split(',').map((word) => parseDuration(word.trim()));
  const known = times.filter((ms) => ms !== undefined);
  const goesBack = known.some((ms, index) => ms < (known[index - 1] ?? 0));
  return known.length === times.length && !goesBack ? known : undefined;
}

/** One clock for everything that is measured: it never goes back, and it reads as epoch time. */
import { setTimeout as delay } from 'node:timers/promises';

/** Now, in ms since the epoch with a fraction (to the microsecond). */
export function now(): number {
  return toMicroseconds(performance.timeOrigin + performance.now());
}

/** Drops what lies below a microsecond: it is noise, and long in a log line. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Resolves at an instant of `now()`, or as soon as the signal is aborted. Never early. */
export async function sleepUntil(instant: number, signal: AbortSignal): Promise<void> {
  // Timers may fire a fraction of a millisecond early and cannot wait longer than 2^31 - 1 ms.
  for (let left = instant - now(); left > 0 && !signal.aborted; left = instant - now()) {
    await delay(Math.min(left, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Durations as Istio writes them: `5s`, `250ms`, `1m30s`, `1.5h`.
 * Istio's validation asks for at least 1ms (pkg/config/validation, ValidateDuration).
 */
import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const WHOLE = /^(\d+(\.\d+)?(ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/** Milliseconds of a duration, or undefined where the text is not one. */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  // 1.005s is not 1004.9999999999999 ms.
  return Number(total.toFixed(6));
}

/** Milliseconds of a duration that was validated before. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new TypeError(`'${text}' is not a duration`);
  return ms;
}

/** The shortest usual way to write a number of milliseconds: `5s`, `250ms`, `1.5s`. */
export function formatDuration(ms: number): string {
  return ms >= 1000 || ms === 0
    ? `${Number((ms / 1000).toFixed(3))}s`
    : `${Number(ms.toFixed(3))}ms`;
}

export const DURATION_HINT = "a duration with its unit, such as '5s', '250ms' or '1m30s'";

/** A duration of at least 1ms, kept as it was written. */
export const duration = z
  .string({ error: `must be ${DURATION_HINT}` })
  .refine((text) => (parseDuration(text) ?? 0) >= 1, {
    error: `must be ${DURATION_HINT}, and at least 1ms`,
  });

/** A duration that may be zero: `0s` switches the thing off. */
export const durationOrZero = z
  .string({ error: `must be ${DURATION_HINT}` })
  .refine((text) => parseDuration(text) !== undefined, { error: `must be ${DURATION_HINT}` });

/**
 * Durations as Istio writes them: `5s`, `250ms`, `1m30s`, `1.5h`.
 * Istio's validation asks for at least 1ms (pkg/config/validation, ValidateDuration).
 */
import { z } from 'zod';
import { parseDuration } from '../apps/contract.ts';

export { parseDuration };

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

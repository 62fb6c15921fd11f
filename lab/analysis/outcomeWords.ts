/** What became of one request, in one word: the same for a run and for a prediction. */
import type { Request } from '../../experiment/observation.ts';

/** What the word depends on. */
export type Ended = Pick<Request, 'status' | 'refusedBy' | 'sentMs' | 'endedMs'>;

/**
 * - `answered/<n>`: a 200 after n service times, to the nearest whole one, at least 1;
 * - `status/<code>`: any other answer of the application;
 * - else where and why it was refused, such as `client-proxy/pending`.
 *
 * @param serviceTimeMs as it ran; 0 where there is none, and every 200 is `answered/1`
 */
export function outcomeWord(
  { status, refusedBy, sentMs, endedMs }: Ended,
  serviceTimeMs: number,
): string {
  if (refusedBy !== null && refusedBy !== 'application') return refusedBy;
  return status === 200
    ? `answered/${serviceTimes(endedMs - sentMs, serviceTimeMs)}`
    : `status/${status}`;
}

/** A latency in whole service times, at least 1. */
export function serviceTimes(latencyMs: number, serviceTimeMs: number): number {
  return serviceTimeMs > 0 ? Math.max(1, Math.round(latencyMs / serviceTimeMs)) : 1;
}

/** Answers first, the fastest first; then what was refused, then the application's own errors, each by name. */
export function byOutcome(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rank(word: string): number {
  const [kind, rest] = word.split('/');
  if (kind === 'answered') return Number(rest);
  return kind === 'status' ? Infinity : Number.MAX_SAFE_INTEGER;
}

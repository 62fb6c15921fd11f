import type { Request } from '../../../experiment/observation.ts';

/** When the server's proxy had it, in ms of the run; as it was sent where nobody knows. */
export function reachedMs({ sentMs, endedMs, waitedMs = 0 }: Request): number {
  return Math.min(endedMs, sentMs + waitedMs);
}

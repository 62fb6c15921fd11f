/** Requests by how they ended, coarsely: what a page has a colour for. */
import type { Request } from '../../../experiment/observation.ts';

export interface Kind {
  /** Its class, which has its colour (page.css). */
  readonly name: string;
  readonly title: string;
  readonly holds: (refusedBy: Request['refusedBy']) => boolean;
}

const begins =
  (...beginnings: readonly string[]): Kind['holds'] =>
  (refusedBy) =>
    beginnings.some((beginning) => refusedBy?.startsWith(beginning) === true);

/** In the order of a legend; the first that holds is meant. */
export const KINDS: readonly Kind[] = [
  { name: 'good', title: 'answered', holds: (refusedBy) => refusedBy === null },
  {
    name: 'client-breaker',
    title: "refused by the breaker of the client's proxy or gateway",
    holds: begins('client-proxy/', 'gateway/'),
  },
  {
    name: 'server-breaker',
    title: "refused by the breaker of the server's proxy",
    holds: begins('server-proxy/'),
  },
  {
    name: 'no-endpoint',
    title: 'nobody to send it to',
    holds: begins('no-healthy-upstream', 'no-route', 'connection-failure'),
  },
  { name: 'timeout', title: 'timed out', holds: begins('timeout') },
  {
    name: 'application',
    title: 'an error of the application, or injected',
    holds: begins('application', 'fault-injection'),
  },
  { name: 'unknown', title: 'cause not logged', holds: () => true },
];

export function kindOf({ refusedBy }: Request): string {
  return KINDS.find(({ holds }) => holds(refusedBy))?.name ?? 'unknown';
}

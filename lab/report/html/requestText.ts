/** A request in one sentence: what a page shows on hover and focus, and a screen reader says. */
import { seconds } from '../../analysis/explanation/facts.ts';
import type { Request } from '../../../experiment/observation.ts';

export function requestText(request: Request): string {
  const { client, status, flags, sentMs, endedMs, waitedMs, endpoint, attempts, refusedBy } =
    request;
  const logged = [
    ...(flags.client ? [`flag ${flags.client}`] : []),
    ...(flags.server ? [`flag ${flags.server} at the server's proxy`] : []),
  ];
  const where = endpoint === null ? 'sent to nobody' : `by ${endpoint}`;
  return [
    `${status === 0 ? (request.error ?? 'no answer') : status} after ${told(endedMs - sentMs)}`,
    ...(refusedBy === null ? [where] : [`refused: ${refusedBy}`, where]),
    ...logged,
    ...(waitedMs === undefined ? [] : [`waited ${told(waitedMs)} in the pool`]),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    `sent by ${client} at ${seconds(sentMs)}`,
  ].join(', ');
}

export function told(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : seconds(ms);
}

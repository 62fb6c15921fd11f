/** Requests that ended alike, as a person would tell them apart. */
import { durationMs, formatDuration } from '../../istio/duration.ts';
import type { Observation, Request } from '../../experiment/observation.ts';

export interface Outcome {
  /** `200 after 5s` or `503 at once: refused by the client's proxy ...`. */
  readonly label: string;
  readonly requests: readonly Request[];
}

const REASONS: Readonly<Record<NonNullable<Request['refusedBy']>, string>> = {
  'client-proxy/pending': "client's proxy: pending requests full",
  'client-proxy/requests': "client's proxy: active requests full",
  'client-proxy/connections': "client's proxy: connections full",
  'client-proxy/overflow': "client's proxy: a breaker is full",
  'server-proxy/pending': "server's proxy: pending requests full",
  'server-proxy/requests': "server's proxy: active requests full",
  'server-proxy/connections': "server's proxy: connections full",
  'server-proxy/overflow': "server's proxy: a breaker is full",
  'gateway/pending': 'gateway: pending requests full',
  'gateway/requests': 'gateway: active requests full',
  'gateway/connections': 'gateway: connections full',
  'gateway/overflow': 'gateway: a breaker is full',
  'no-healthy-upstream': 'no healthy upstream: every endpoint is ejected',
  'no-route': 'no route',
  'connection-failure': 'connection failed',
  timeout: 'timed out',
  'fault-injection': 'fault injected',
  application: 'answered so by the application',
  unknown: 'cause not logged',
};

/** All requests by outcome: answers first, by latency; then refusals. */
export function outcomesOf(observation: Observation): Outcome[] {
  const unit = durationMs(observation.experiment.serviceTime) * observation.timeScale;
  const groups = Map.groupBy(observation.requests, (request) => labelOf(request, unit));
  return [...groups]
    .map(([label, requests]) => ({ label, requests }))
    .sort((a, b) => rank(a.requests[0]) - rank(b.requests[0]));
}

/** Below this a service time says nothing: what is seen is the way, not the waiting. */
const SHORTEST_UNIT_MS = 20;

function labelOf(request: Request, unit: number): string {
  const { status, refusedBy } = request;
  const after = unit < SHORTEST_UNIT_MS ? '' : ` after ${latency(request, unit)}`;
  if (refusedBy === null) return `${status}${after}`;
  const flags = [...new Set([request.flags.client, request.flags.server])]
    .filter((flag) => flag !== null && flag !== '')
    .join('/');
  const answer = status === 0 ? (request.error ?? 'no answer') : String(status);
  const atOnce = after !== '' && (request.endedMs - request.sentMs) / unit < 0.5;
  const when = atOnce ? ' at once' : after;
  return `${answer}${flags === '' ? '' : ` ${flags}`}${when}, ${reasonOf(request, refusedBy)}`;
}

/** Of a call that a server made, with whose proxy it was. */
function reasonOf({ hop }: Request, refusedBy: NonNullable<Request['refusedBy']>): string {
  if (hop === undefined) return REASONS[refusedBy];
  const { caller, called } = hop;
  const [where = '', what] = REASONS[refusedBy].split(': ');
  if (refusedBy.startsWith('client-proxy/')) {
    return `${caller}'s proxy for ${called}: ${what ?? ''}`;
  }
  if (refusedBy.startsWith('server-proxy/')) {
    return `${called}'s proxy for ${caller}: ${what ?? ''}`;
  }
  if (refusedBy === 'application') return `answered so by ${called} to ${caller}`;
  return `${caller} -> ${called}: ${what ?? where}`;
}

/** To the nearest whole service time, or to a tenth where it is none. */
function latency({ sentMs, endedMs }: Request, unit: number): string {
  const times = (endedMs - sentMs) / unit;
  const whole = Math.max(1, Math.round(times));
  const shown = Math.abs(times - whole) < 0.2 ? whole : Number(times.toFixed(1));
  return formatDuration(shown * unit);
}

function rank(request: Request | undefined): number {
  if (request === undefined) return 0;
  const refused = request.refusedBy === null ? 0 : 1e9;
  return refused + (request.endedMs - request.sentMs);
}

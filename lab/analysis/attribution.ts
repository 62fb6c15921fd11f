/**
 * Who answered a request, or refused it: the client's record joined with both proxies' access logs
 * by request id. The rules are a table, read from the top (docs/attribution.md).
 */
import type { Refusal } from '../../experiment/expectation.ts';
import { type AccessLogEntry, isOfBytes } from '../../envoy/accessLog.ts';
import { type Thresholds, UNLIMITED } from '../../envoy/thresholds.ts';

/** What the client saw. */
export interface Answer {
  /** 0 where none came. */
  readonly status: number;
  /** Why none came. */
  readonly error?: string | undefined;
}

/** What the proxies logged for one request. */
export interface ProxyTrace {
  /** The proxy nearest to the client: its sidecar, or the gateway where it has none. */
  readonly client: AccessLogEntry | undefined;
  /** Every attempt that reached a server's sidecar, in the order of the log. */
  readonly server: readonly AccessLogEntry[];
  readonly clientRole: 'client' | 'gateway';
}

/** Finds the limits of a cluster in the proxy that logged the entry. */
export type LimitsOf = (entry: AccessLogEntry, at: 'client' | 'server') => Thresholds | undefined;

const LOCAL_CAUSES: readonly (readonly [flag: string, refusal: Refusal])[] = [
  ['UH', 'no-healthy-upstream'],
  ['NR', 'no-route'],
  ['NC', 'no-route'],
  ['FI', 'fault-injection'],
  ['UT', 'timeout'],
  ['UF', 'connection-failure'],
  ['UC', 'connection-failure'],
  ['UR', 'connection-failure'],
];

/**
 * Where and why a request was refused; null where the application answered well.
 *
 * - No answer at all is a failed connection, or the client's own patience at an end; where proxies
 *   pass bytes on, what they logged of the connection (see bytesRefused).
 * - An overflow (UO) in the server's log is the server's breaker, whatever the client's proxy wrote
 *   on top (URX where its retries ran out, nothing where it did not retry).
 * - An overflow in the client's log is the client's own breaker.
 * - An error status that no proxy flagged is the application's own.
 *
 * @param peak the most requests that were under way at once in the run
 */
export function refusedBy(
  { status, error }: Answer,
  trace: ProxyTrace,
  limitsOf: LimitsOf,
  peak = Infinity,
): Refusal | null {
  if (status === 0) {
    return error === 'TIMEOUT' ? 'timeout' : (bytesRefused(trace) ?? 'connection-failure');
  }
  if (status < 500) {
    if (hasFlag(trace.client, 'FI')) return 'fault-injection';
    return hasFlag(trace.client, 'NR') ? 'no-route' : null;
  }
  const entry = trace.client;
  if (entry !== undefined && hasFlag(entry, 'UO')) {
    const where = trace.clientRole === 'gateway' ? 'gateway' : 'client-proxy';
    return overflow(where, limitsOf(entry, 'client'), peak);
  }
  const last = trace.server.at(-1);
  if (last !== undefined && hasFlag(last, 'UO')) {
    return overflow('server-proxy', limitsOf(last, 'server'), peak);
  }
  if (entry === undefined && last === undefined) {
    return status === 0 ? 'connection-failure' : 'unknown';
  }
  for (const [flag, refusal] of LOCAL_CAUSES) {
    if (hasFlag(entry, flag) || hasFlag(last, flag)) return refusal;
  }
  return 'application';
}

/**
 * Who closed a connection of bytes. Envoy's tcp_proxy looks at the limit of connections by itself, and
 * closes what is beyond it with UO. What its pool does not let wait gets no flag but that no further
 * attempt is left (URX), without a host. A client's proxy sees no more of the server's than that it
 * closed (UR, or nothing). Seen with Envoy 1.40; source/common/tcp_proxy/tcp_proxy.cc.
 */
function bytesRefused({ client, server, clientRole }: ProxyTrace): Refusal | undefined {
  const near = clientRole === 'gateway' ? 'gateway' : 'client-proxy';
  const [nearest, last] = [client, server.at(-1)].map((entry) =>
    entry !== undefined && isOfBytes(entry) ? entry : undefined,
  );
  for (const [entry, where] of [
    [nearest, near],
    [last, 'server-proxy'],
  ] as const) {
    if (hasFlag(entry, 'UO')) return `${where}/connections`;
    const isOther = LOCAL_CAUSES.some(([flag]) => hasFlag(entry, flag));
    if (hasFlag(entry, 'URX') && entry?.upstreamHost === undefined && !isOther) {
      return `${where}/pending`;
    }
  }
  return LOCAL_CAUSES.find(([flag]) => hasFlag(nearest, flag) || hasFlag(last, flag))?.[1];
}

/**
 * Envoy has one flag for every full breaker; which one it was follows from the limits that are set,
 * and a limit of active requests that the run never came near cannot have been it.
 */
function overflow(
  where: 'client-proxy' | 'server-proxy' | 'gateway',
  limits: Thresholds | undefined,
  peak: number,
): Refusal {
  if (limits !== undefined) {
    const pending = limits.max_pending_requests < UNLIMITED;
    const requests = limits.max_requests < UNLIMITED && peak > limits.max_requests;
    if (pending && !requests) return `${where}/pending`;
    if (requests && !pending) return `${where}/requests`;
  }
  return `${where}/overflow`;
}

function hasFlag(entry: AccessLogEntry | undefined, flag: string): boolean {
  return entry !== undefined && entry.flags.split(',').includes(flag);
}

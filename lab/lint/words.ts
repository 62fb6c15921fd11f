/** Words that the sentences of several rules have in common. */
import { UNLIMITED } from '../../envoy/thresholds.ts';
import type { ConnectionPool } from '../../istio/destinationRule.ts';
import type { Caller } from './callers.ts';

/** `1 request`, `4 requests`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** A limit as Istio takes it: 0 and unset are none. */
export function limitOf(value: number | undefined): number {
  return value === undefined || value === 0 ? UNLIMITED : value;
}

export function isLimited(limit: number): boolean {
  return limit < UNLIMITED;
}

/** The limits of a pool that decide which requests may go. */
export function limitsOf(pool: ConnectionPool | undefined): {
  readonly connections: number;
  readonly pending: number;
  readonly requests: number;
} {
  return {
    connections: limitOf(pool?.tcp?.maxConnections),
    pending: limitOf(pool?.http?.http1MaxPendingRequests),
    requests: limitOf(pool?.http?.http2MaxRequests),
  };
}

/** The limits that are set, as Istio writes them: `maxConnections 5, http1MaxPendingRequests 1`. */
export function limitTexts(pool: ConnectionPool | undefined): string[] {
  const { tcp = {}, http = {} } = pool ?? {};
  const all = {
    maxConnections: tcp.maxConnections,
    http1MaxPendingRequests: http.http1MaxPendingRequests,
    http2MaxRequests: http.http2MaxRequests,
    maxRetries: http.maxRetries,
    maxRequestsPerConnection: http.maxRequestsPerConnection,
  };
  return Object.entries(all)
    .filter(([, value]) => value !== undefined && value > 0)
    .map(([name, value]) => `${name} ${value}`);
}

/** As messages name a workload: `shop/client`. */
export function callerName({ pod }: Caller): string {
  return `${pod.namespace}/${pod.workload}`;
}

/** The caller that sends the most at once, of those whose load is stated. */
export function heaviest(callers: readonly Caller[]): (Caller & { burst: number }) | undefined {
  return callers
    .flatMap((caller) => (caller.burst === undefined ? [] : { ...caller, burst: caller.burst }))
    .toSorted((a, b) => b.burst - a.burst)[0];
}

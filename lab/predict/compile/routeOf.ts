/** An Envoy route as what is simulated, with names of clusters in place of their numbers. */
import type { Duration, Extension } from '../../../envoy/messages.ts';
import type {
  FractionalPercent,
  HashPolicy,
  HttpFault,
  RetryPolicy,
  Route as EnvoyRoute,
} from '../../../envoy/routeMessages.ts';
import { parseDuration } from '../../../istio/duration.ts';
import type { Fault, Retry, Route } from '../model.ts';
import type { Ask } from './asks.ts';

export interface NamedRoute extends Omit<Route, 'clusters'> {
  readonly clusters: readonly { readonly name: string; readonly weight: number }[];
}

const REDIRECTS: Readonly<Record<string, number>> = {
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

/** @param defaultTimeout of a route that says none: Envoy's is 15s, and istiod always says one */
export function routeOf(route: EnvoyRoute, ask: Ask, defaultTimeout: Duration = '15s'): NamedRoute {
  const { route: action, redirect, direct_response: direct } = route;
  const weighted = action?.weighted_clusters?.clusters ?? [];
  const single = action?.cluster;
  return {
    clusters: single === undefined ? weighted : [{ name: single, weight: 1 }],
    directStatus:
      direct?.status ??
      (redirect === undefined ? 0 : (REDIRECTS[redirect.response_code ?? ''] ?? 301)),
    timeoutMs: positive(action?.timeout ?? defaultTimeout),
    retry: action?.retry_policy === undefined ? null : retryOf(action.retry_policy),
    fault: faultOf(route.typed_per_filter_config?.['envoy.filters.http.fault']),
    hash: hashOf(action?.hash_policy ?? [], ask),
  };
}

/** Infinity for none, which 0 stands for. */
function positive(text: string | undefined): number {
  return parseDuration(text ?? '') || Infinity;
}

/** Envoy's first back-off is below 25 ms, and none is above ten times the first one's bound. */
const BASE_MS = 25;
const MOST_TIMES = 10;

function retryOf(policy: RetryPolicy): Retry {
  const words = new Set(policy.retry_on.split(',').map((word) => word.trim()));
  const baseMs = parseDuration(policy.retry_back_off?.base_interval ?? '') ?? BASE_MS;
  const isPrevious = ({ name }: Extension): boolean => name.endsWith('.previous_hosts');
  return {
    attempts: policy.num_retries,
    perTryTimeoutMs: positive(policy.per_try_timeout),
    on5xx: words.has('5xx'),
    onGatewayError: words.has('gateway-error'),
    on4xx: words.has('retriable-4xx'),
    statuses: words.has('retriable-status-codes') ? (policy.retriable_status_codes ?? []) : [],
    onConnectFailure: words.has('connect-failure'),
    onReset: words.has('reset'),
    onResetBeforeRequest: words.has('reset-before-request'),
    baseMs,
    mostMs: MOST_TIMES * baseMs,
    avoidsPrevious: (policy.retry_host_predicate ?? []).some(isPrevious),
    hostAttempts: Number(policy.host_selection_retry_max_attempts ?? 1),
  };
}

function faultOf(fault: HttpFault | undefined): Fault | null {
  if (fault === undefined) return null;
  return {
    delayMs: parseDuration(fault.delay?.fixed_delay ?? '') ?? 0,
    delayShare: fault.delay === undefined ? 0 : shareOf(fault.delay.percentage),
    abortStatus: fault.abort?.http_status ?? 200,
    abortShare: fault.abort === undefined ? 0 : shareOf(fault.abort.percentage),
  };
}

function shareOf({ numerator = 0, denominator }: FractionalPercent = {}): number {
  return numerator / (denominator === 'MILLION' ? 1_000_000 : 100);
}

/** The first policy that finds something to hash decides; cookies are made anew for each request. */
function hashOf(policies: readonly HashPolicy[], { headers, path }: Ask): Route['hash'] {
  for (const policy of policies) {
    if ('connection_properties' in policy) return 'client';
    const value =
      'header' in policy
        ? headers.get(policy.header.header_name.toLowerCase())
        : 'query_parameter' in policy
          ? new URLSearchParams(path.split('?')[1]).get(policy.query_parameter.name)
          : undefined;
    if (value !== undefined && value !== null) return numberOf(value);
  }
  return 'request';
}

/** Equal for equal texts: 32-bit FNV-1a. */
function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}

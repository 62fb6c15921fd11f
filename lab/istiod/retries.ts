import type { Retries } from '../../istio/virtualService.ts';
import { typedMessage, duration, extension, message } from '../../envoy/proto.ts';
import type { RetryPolicy } from '../../envoy/routeMessages.ts';

const STATUS_CODES = 'retriable-status-codes';
/** As Go knows them, which does not have 509. */
const STATUS_CODES_OF_HTTP: ReadonlySet<string> = new Set(
  Object.keys(process.getBuiltinModule('node:http').STATUS_CODES).filter((code) => code !== '509'),
);
const DEFAULT_RETRIES = 2;
/** No status code is in the default list any more: it had 503 up to Istio 1.23. */
const DEFAULT_RETRY_ON = `connect-failure,refused-stream,unavailable,cancelled,${STATUS_CODES}`;

/** A request that was reset before the application saw it is safe to send again. */
export const INBOUND_RETRIES: RetryPolicy = {
  retry_on: 'reset-before-request',
  num_retries: DEFAULT_RETRIES,
};

const PREVIOUS_HOSTS = extension(
  'envoy.retry_host_predicates.previous_hosts',
  typedMessage('extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
);

const PREVIOUS_PRIORITIES = extension('envoy.retry_priorities.previous_priorities', {
  ...typedMessage('extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig'),
  update_frequency: 2,
});

/**
 * The retries of a route on the way out: there are some without any VirtualService, and none where
 * attempts is 0. Numbers in retryOn become status codes. A destination balanced by hash may be
 * tried again on the same host.
 * retry.ConvertPolicy in istiod; cases defaults, retries-attempts-only, subsets-50-50-retries*.
 */
export function retryPolicy(
  retries: Retries | undefined,
  hashed: boolean,
): RetryPolicy | undefined {
  if (retries !== undefined && !retries.attempts) return undefined;
  const ignorePrevious = retries?.retryIgnorePreviousHosts ?? !hashed;
  const { retry_on, codes } = parseRetryOn(retries?.retryOn);
  return message<RetryPolicy>({
    retry_on,
    retriable_status_codes: codes.length === 0 ? undefined : codes,
    num_retries: retries?.attempts ?? DEFAULT_RETRIES,
    per_try_timeout: duration(retries?.perTryTimeout),
    retry_back_off:
      retries?.backoff === undefined ? undefined : { base_interval: duration(retries.backoff) },
    retry_host_predicate: ignorePrevious ? [PREVIOUS_HOSTS] : undefined,
    host_selection_retry_max_attempts: '5',
    retry_priority: retries?.retryRemoteLocalities === true ? PREVIOUS_PRIORITIES : undefined,
  });
}

/** A number that HTTP has a name for; any other is a word that nobody knows. */
function isStatus(text: string): boolean {
  return /^\d+$/.test(text) && STATUS_CODES_OF_HTTP.has(String(Number(text)));
}

function parseRetryOn(text = ''): { retry_on: string; codes: number[] } {
  if (text === '') return { retry_on: DEFAULT_RETRY_ON, codes: [] };
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const codes = parts.filter(isStatus).map(Number);
  const words = parts.filter((part) => !isStatus(part)).join(',');
  // With no other word istiod's own text begins with a comma, which Envoy passes over.
  const added = codes.length > 0 && !words.includes(STATUS_CODES) ? `,${STATUS_CODES}` : '';
  return { retry_on: words + added, codes };
}

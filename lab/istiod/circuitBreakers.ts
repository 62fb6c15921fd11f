import type { ConnectionPool, RetryBudget } from '../../istio/destinationRule.ts';
import { duration, positive, message } from '../../envoy/proto.ts';
import type { ClusterThresholds } from '../../envoy/messages.ts';

/** Istio's defaults are no limits; Envoy's own would be 1024 and 3 retries. */
export const UNLIMITED = 4_294_967_295;

const DEFAULT_BUDGET_PERCENT = 20;
const DEFAULT_MIN_RETRY_CONCURRENCY = 3;

/**
 * A cluster's breakers from its pool: 0 and unset both mean no limit, and http2MaxRequests holds
 * for HTTP/1.1 as well.
 * applyConnectionPool and applyRetryBudget in istiod; cases defaults, pool-all-fields.
 */
export function circuitBreakers(
  pool: ConnectionPool = {},
  budget?: RetryBudget,
): { thresholds: [ClusterThresholds] } {
  return {
    thresholds: [
      message<ClusterThresholds>({
        max_connections: positive(pool.tcp?.maxConnections) ?? UNLIMITED,
        max_pending_requests: positive(pool.http?.http1MaxPendingRequests) ?? UNLIMITED,
        max_requests: positive(pool.http?.http2MaxRequests) ?? UNLIMITED,
        max_retries: positive(pool.http?.maxRetries) ?? UNLIMITED,
        retry_budget:
          budget &&
          message({
            // Percent 0 is the message's default value, so its JSON is an empty message.
            budget_percent: message({ value: positive(budget.percent ?? DEFAULT_BUDGET_PERCENT) }),
            min_retry_concurrency:
              positive(budget.minRetryConcurrency) ?? DEFAULT_MIN_RETRY_CONCURRENCY,
            budget_interval: duration(budget.budgetInterval),
          }),
      }),
    ],
  };
}

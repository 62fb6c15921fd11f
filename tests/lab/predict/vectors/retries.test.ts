/** The simulated retries are decided as Envoy's own tests ask of Envoy's. */
import { describe, expect, it } from 'vitest';
import { UNLIMITED } from '../../../../envoy/thresholds.ts';
import { Simulator } from '../../../../lab/predict/engine/simulate.ts';
import type { Decision } from '../../../../lab/predict/engine/retries.ts';
import type { Retry } from '../../../../lab/predict/model.ts';
import { NO_RETRY_OF_ANYTHING, smallModel } from './model.ts';
import { type End, RETRY_VECTORS, type RetryVector } from './retries.ts';

describe('Envoy’s tests of its retries', () => {
  it.each(RETRY_VECTORS)('$restates: $fact', (vector) => {
    const { ends, backOffBelowMs = [] } = vector;
    const { seen, waits } = decide(vector, 1);
    expect(seen).toEqual(ends.map(([, decision]) => decision));
    if (backOffBelowMs.length === 0) return;
    // Of many draws the longest comes near to the bound, and none reaches it.
    const all = [
      waits,
      ...Array.from({ length: 400 }, (_, seed) => decide(vector, seed + 2).waits),
    ];
    backOffBelowMs.forEach((bound, retry) => {
      const most = Math.max(...all.map((one) => one[retry] ?? Infinity));
      expect(most).toBeLessThan(bound);
      expect(most).toBeGreaterThan(0.95 * bound);
    });
  });
});

/** What is decided after each attempt of one request, and how long each retry waits. */
function decide(
  { policy, maxRetries = 3, budget, busy = {}, ends }: RetryVector,
  seed: number,
): { seen: Decision[]; waits: number[] } {
  const simulator = new Simulator(
    smallModel({
      retry: policy && retryOf(policy),
      cluster: {
        limits: {
          max_connections: UNLIMITED,
          max_pending_requests: UNLIMITED,
          max_requests: UNLIMITED,
          max_retries: maxRetries,
        },
        retryBudget: budget ? { share: budget.percent / 100, least: budget.minConcurrency } : null,
      },
    }),
  );
  const { visits, clusters, listeners, retries, draws } = simulator;
  draws.begin(seed);
  clusters.reset();
  const cluster = clusters.at(0);
  const visit = visits.open(0, 0, 0, null, 0);
  visit.route = listeners[0]?.routes[0] ?? null;
  visit.cluster = cluster;
  cluster.rq = busy.active ?? 0;
  cluster.pending = busy.pending ?? 0;
  cluster.retries = busy.retries ?? 0;
  retries.begin(visit);
  const waits: number[] = [];
  const seen = ends.map(([end]) => {
    visit.tries += 1;
    const decision = decisionAfter(end);
    if (decision === 'yes') waits.push(retries.backOff(visit));
    return decision;
  });
  return { seen, waits };

  function decisionAfter(end: End): Decision {
    return typeof end === 'number'
      ? retries.onStatus(visit, end)
      : retries.onReset(visit, end === 'reset');
  }
}

function retryOf({
  on,
  numRetries = 1,
  statusCodes = [],
  baseIntervalMs = 25,
  maxIntervalMs = 10 * baseIntervalMs,
}: NonNullable<RetryVector['policy']>): Retry {
  const words = on.split(',');
  return {
    ...NO_RETRY_OF_ANYTHING,
    attempts: numRetries,
    on5xx: words.includes('5xx'),
    onGatewayError: words.includes('gateway-error'),
    on4xx: words.includes('retriable-4xx'),
    statuses: words.includes('retriable-status-codes') ? statusCodes : [],
    onConnectFailure: words.includes('connect-failure'),
    onReset: words.includes('reset'),
    baseMs: baseIntervalMs,
    mostMs: maxIntervalMs,
  };
}

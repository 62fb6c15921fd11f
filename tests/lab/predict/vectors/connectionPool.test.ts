/** The simulated pools do what Envoy's own tests ask of Envoy's. */
import { describe, expect, it } from 'vitest';
import { UNLIMITED } from '../../../../envoy/thresholds.ts';
import { REFUSALS, type Run } from '../../../../lab/predict/engine/run.ts';
import { simulate } from '../../../../lab/predict/engine/simulate.ts';
import type { Model } from '../../../../lab/predict/model.ts';
import { CONNECT_MS, POOL_VECTORS, type PoolVector, SERVICE_MS } from './connectionPool.ts';
import { NO_RETRY_OF_ANYTHING, smallModel } from './model.ts';

describe('Envoy’s tests of its connection pools', () => {
  it.each(POOL_VECTORS)('$restates: $fact', (vector) => {
    const run = simulate(modelOf(vector), 1);
    expect(run.requests).toBe(vector.sendMs.length);
    expect(vector.ends.map((_, request) => endOf(run, request))).toEqual(vector.ends);
    expect(run.counters[0]).toMatchObject(vector.counters);
  });
});

function modelOf({
  limits = {},
  hostCloses,
  routeTimeoutMs,
  perTryTimeoutMs,
  retries,
  clientTimeoutMs,
  sendMs,
}: PoolVector): Model {
  const {
    maxConnections = UNLIMITED,
    maxPendingRequests = UNLIMITED,
    maxRequests = UNLIMITED,
    maxRequestsPerConnection = 0,
    idleTimeoutMs = Infinity,
  } = limits;
  return smallModel({
    costs: { connectMs: CONNECT_MS },
    load: {
      mode: 'at',
      dueMs: sendMs,
      requests: Infinity,
      durationMs: Infinity,
      maxInFlight: 1000,
      startMs: 0,
    },
    ...(clientTimeoutMs !== undefined && { clientTimeoutMs }),
    ...(routeTimeoutMs !== undefined && { routeTimeoutMs }),
    retry: {
      ...NO_RETRY_OF_ANYTHING,
      // Without back-off: it is drawn.
      baseMs: 0,
      mostMs: 0,
      perTryTimeoutMs: perTryTimeoutMs ?? Infinity,
      ...(retries && { on5xx: true, attempts: 2 }),
    },
    cluster: {
      limits: {
        max_connections: maxConnections,
        max_pending_requests: maxPendingRequests,
        max_requests: maxRequests,
        max_retries: UNLIMITED,
      },
      maxRequestsPerConnection,
      idleTimeoutMs,
    },
    app: {
      keepAlive: hostCloses !== true,
      works: [{ time: { kind: 'fixed', ms: SERVICE_MS }, statuses: [{ status: 200, weight: 1 }] }],
    },
  });
}

function endOf(run: Run, request: number): PoolVector['ends'][number] {
  const endedMs = run.endedMs[request] ?? NaN;
  const status = run.status[request];
  if (status === 200) return endedMs;
  if (status === 0) return [endedMs, 'client'];
  const [, word] = /^client-proxy\/(.*)$/.exec(REFUSALS[run.refusedBy[request] ?? 0] ?? '') ?? [];
  if (word === 'pending' || word === 'requests') return [endedMs, word];
  return [endedMs, 'timeout'];
}

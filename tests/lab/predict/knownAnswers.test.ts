/** Answers that are known, by counting or from Envoy's own source and issues, with no cost but what is said. */
import { describe, expect, it } from 'vitest';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import type { Counter } from '../../../envoy/statistics.ts';
import { simulate } from '../../../lab/predict/engine/simulate.ts';
import type { Run } from '../../../lab/predict/engine/run.ts';
import type { Cluster, Model, Outlier } from '../../../lab/predict/model.ts';
import { tally } from '../../../lab/predict/outcomes.ts';
import { smallModel } from './vectors/model.ts';

const SERVICE_MS = 100;

interface Batches {
  readonly size?: number;
  readonly workers?: number;
  readonly limits?: Partial<Cluster['limits']>;
  readonly cluster?: Partial<Cluster>;
  readonly connectMs?: number;
  readonly batches?: number;
}

/** Batches of one client to one server; all of a batch at once. */
function batches({
  size = 10,
  workers = 1,
  limits,
  cluster,
  connectMs = 0,
  batches: count = 0,
}: Batches): Model {
  const none = {
    max_connections: UNLIMITED,
    max_pending_requests: UNLIMITED,
    max_requests: UNLIMITED,
    max_retries: UNLIMITED,
  };
  const model = smallModel({
    costs: { connectMs },
    load: { mode: 'batch', size, intervalMs: 20 * SERVICE_MS, gapMs: 0, startMs: 0 },
    cluster: { ...cluster, limits: { ...none, ...limits } },
  });
  return {
    ...model,
    proxies: model.proxies.map((proxy) => ({ ...proxy, workers })),
    watch: {
      serviceTimeMs: SERVICE_MS,
      inBatches: true,
      batches: count,
      warmBatches: 3,
      maxBatches: 20,
    },
  };
}

/** Of each warm batch. */
function outcomes(model: Model, seed = 1): Record<string, number>[] {
  return tally(model, simulate(model, seed)).map((sample) => sample.outcomes);
}

function counter(run: Run, name: Counter): number | undefined {
  return run.counters[0]?.[name];
}

const FAIL_FAST = { max_connections: 5, max_pending_requests: 1 };

describe('a warm pool of 5 connections and 1 waiting request', () => {
  it('answers 5 at once, 1 after that and refuses 4 of 10 with one worker (seed istio_circuit_breaker)', () => {
    const warm = outcomes(batches({ limits: FAIL_FAST, connectMs: 1 }));
    expect(warm).toHaveLength(3);
    for (const batch of warm) {
      expect(batch).toEqual({ 'answered/1': 5, 'answered/2': 1, 'client-proxy/pending': 4 });
    }
  });

  it.each([2, 4])('answers no more, and mostly fewer at once, with %i workers', (workers) => {
    const model = batches({ limits: FAIL_FAST, workers, connectMs: 1 });
    for (let seed = 1; seed <= 30; seed += 1) {
      for (const batch of outcomes(model, seed)) {
        const { 'answered/1': first = 0, 'client-proxy/pending': refused = 0 } = batch;
        expect(first).toBeLessThanOrEqual(5 + workers - 1);
        expect(refused).toBeGreaterThanOrEqual(10 - (5 + workers - 1) - 1);
      }
    }
  });
});

describe('a cold pool', () => {
  it('has a request wait while its connection opens, so that one of a batch is served (envoyproxy/envoy#11326)', () => {
    const run = simulate(batches({ limits: FAIL_FAST, connectMs: 1, batches: 1 }), 1);
    expect([...run.status.slice(0, 10)].filter((status) => status === 200)).toHaveLength(1);
    expect(counter(run, 'upstream_rq_pending_overflow')).toBe(9);
  });

  it('serves nobody where no request may wait (envoyproxy/envoy#20817)', () => {
    const run = simulate(batches({ size: 1, limits: { max_pending_requests: 0 }, batches: 1 }), 1);
    expect(run.status[0]).toBe(503);
    expect(counter(run, 'upstream_cx_total')).toBe(0);
  });
});

it('queues all beyond 5 connections where nothing else is limited: 5 after one service time, 5 after two', () => {
  const warm = outcomes(batches({ limits: { max_connections: 5 } }));
  for (const batch of warm) expect(batch).toEqual({ 'answered/1': 5, 'answered/2': 5 });
});

it('answers 3 of 6 with max_requests 3, without a queue (envoyproxy/envoy#16610)', () => {
  const run = simulate(batches({ size: 6, limits: { max_requests: 3 }, batches: 1 }), 1);
  const statuses = [...run.status.slice(0, 6)];
  expect(statuses.filter((status) => status === 200)).toHaveLength(3);
  expect(statuses.filter((status) => status === 503)).toHaveLength(3);
});

it('opens a connection for every request with maxRequestsPerConnection 1', () => {
  const run = simulate(batches({ cluster: { maxRequestsPerConnection: 1 }, batches: 3 }), 1);
  expect(counter(run, 'upstream_cx_total')).toBe(30);
  expect(counter(run, 'upstream_cx_max_requests')).toBe(30);
  expect(counter(run, 'upstream_rq_pending_total')).toBe(30);
});

const OUTLIER: Outlier = {
  consecutive5xx: 5,
  enforcing5xx: 1,
  consecutiveGateway: 0,
  enforcingGateway: 0,
  consecutiveLocal: 0,
  enforcingLocal: 0,
  splitsLocal: false,
  errorStatuses: [],
  successRate: null,
  failurePercentage: null,
  intervalMs: 1000,
  baseEjectionMs: 3000,
  maxEjectionMs: 300_000,
  jitterMs: 0,
  maxEjectionShare: 1,
  alwaysEjectsOne: false,
  mergeWindowMs: 0,
};

/** A request each 100 ms to hosts that all fail. */
function failing(hosts: number, outlier: Partial<Outlier>, requests = 100): Model {
  return smallModel({
    hosts,
    load: {
      ...{ mode: 'paced', intervalMs: 100, requests, durationMs: Infinity },
      ...{ maxInFlight: 1000, startMs: 0 },
    },
    cluster: { outlier: { ...OUTLIER, ...outlier } },
    app: { works: [{ time: { kind: 'fixed', ms: 1 }, statuses: [{ status: 500, weight: 1 }] }] },
  });
}

describe('outlier detection', () => {
  it('ejects 3 failing hosts one by one, after 15 errors in all (istio/istio#45128)', () => {
    const run = simulate(failing(3, {}, 25), 1);
    const statuses = [...run.status.slice(0, 25)];
    expect(statuses.filter((status) => status === 500)).toHaveLength(15);
    expect(statuses.slice(15)).toEqual(Array<number>(10).fill(503));
    expect(run.health.filter(({ ejected }) => ejected)).toHaveLength(3);
  });

  it('ejects none of two hosts with a limit of 10 % (Envoy since 1.28)', () => {
    const run = simulate(failing(2, { maxEjectionShare: 0.1 }), 1);
    expect(run.health).toEqual([]);
    expect(counter(run, 'outlier_detection.ejections_overflow')).toBeGreaterThan(0);
  });

  it('keeps a host out for longer the second time', () => {
    const { health } = simulate(failing(1, {}, 300), 1);
    const [first, back, second, again] = health.map(({ atMs }) => atMs);
    expect((again ?? 0) - (second ?? 0)).toBeGreaterThan((back ?? 0) - (first ?? 0));
  });
});

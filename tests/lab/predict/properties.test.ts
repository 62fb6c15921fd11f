/** What holds of every simulated run, whatever the limits, workers, costs and seeds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FREE, MEASURED, scaleCosts } from '../../../lab/predict/costs.ts';
import { Simulator, simulate } from '../../../lab/predict/engine/simulate.ts';
import type { Run } from '../../../lab/predict/engine/run.ts';
import type { Model } from '../../../lab/predict/model.ts';
import { tally } from '../../../lab/predict/outcomes.ts';
import { predict } from '../../../lab/predict/predict.ts';
import { smallModel } from './vectors/model.ts';

const limit = fc.integer({ min: 1, max: 12 });

interface Case {
  readonly connections: number;
  readonly pending: number;
  readonly requests: number;
  readonly workers: number;
  readonly hosts: number;
  readonly size: number;
  readonly seed: number;
  readonly free: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  connections: limit,
  pending: limit,
  requests: limit,
  workers: fc.integer({ min: 1, max: 4 }),
  hosts: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat({ max: 1e6 }),
  free: fc.boolean(),
});

function modelOf(given: Case): Model {
  const { connections, pending, requests, workers, hosts, size, free } = given;
  const model = smallModel({
    hosts,
    load: { mode: 'batch', size, intervalMs: 4096, gapMs: 0, startMs: 0 },
    cluster: {
      balancer: 'least-request',
      limits: {
        max_connections: connections,
        max_pending_requests: pending,
        max_requests: requests,
        max_retries: 3,
      },
    },
    app: {
      works: [
        { time: { kind: 'exponential', meanMs: 128 }, statuses: [{ status: 200, weight: 1 }] },
      ],
    },
  });
  return {
    ...model,
    costs: free ? FREE : MEASURED,
    proxies: model.proxies.map((proxy) => ({ ...proxy, workers })),
    watch: { serviceTimeMs: 128, inBatches: true, batches: 4, warmBatches: 3, maxBatches: 12 },
  };
}

/** Times k: of the load, the services and the costs. */
function slower(model: Model, k: number): Model {
  return {
    ...model,
    costs: scaleCosts(model.costs, k),
    watch: { ...model.watch, serviceTimeMs: 128 * k },
    clients: model.clients.map((client) => ({
      ...client,
      load: client.load.mode === 'batch' ? { ...client.load, intervalMs: 4096 * k } : client.load,
    })),
    apps: model.apps.map((app) => ({
      ...app,
      works: [
        { time: { kind: 'exponential', meanMs: 128 * k }, statuses: [{ status: 200, weight: 1 }] },
      ],
    })),
  };
}

const seen = ({ requests, status, refusedBy, sentMs, endedMs }: Run): unknown[] =>
  [status, refusedBy, sentMs, endedMs].map((column) => [...column.slice(0, requests)]);

describe('every run', () => {
  it('ends every request of its batches once, after it was sent', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const run = simulate(modelOf(given), given.seed);
        expect(run.requests).toBeGreaterThanOrEqual(4 * given.size);
        for (let row = 0; row < 4 * given.size; row += 1) {
          expect(run.endedMs[row]).toBeGreaterThanOrEqual(run.sentMs[row] ?? Infinity);
          expect([200, 503]).toContain(run.status[row]);
        }
      }),
    );
  });

  it('exceeds no limit beyond the connection that each worker and endpoint is always allowed', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const simulator = new Simulator(modelOf(given));
        simulator.run(given.seed);
        const { cxPeak, pendingPeak, rqPeak } = simulator.clusters.at(0);
        const leeway = given.workers * given.hosts - 1;
        expect(cxPeak).toBeLessThanOrEqual(given.connections + leeway);
        expect(pendingPeak).toBeLessThanOrEqual(given.pending);
        expect(rqPeak).toBeLessThanOrEqual(given.requests);
      }),
    );
  });

  it('is the same for the same seed, after whatever other run', () => {
    fc.assert(
      fc.property(cases, fc.nat({ max: 1e6 }), (given, other) => {
        const simulator = new Simulator(modelOf(given));
        const once = seen(simulator.run(given.seed));
        simulator.run(other);
        expect(seen(simulator.run(given.seed))).toEqual(once);
      }),
    );
  });

  it('has the same outcomes with all times and costs multiplied', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0.25, 0.5, 2, 8), (given, k) => {
        const model = modelOf(given);
        const scaled = slower(model, k);
        const of = (one: Model): unknown => tally(one, simulate(one, given.seed));
        expect(of(scaled)).toEqual(of(model));
      }),
    );
  });

  it('admits no fewer of a batch with more places to wait', () => {
    fc.assert(
      fc.property(cases, limit, (given, more) => {
        // Where requests wait for nobody but each other: one worker, one host, no limit of requests.
        const own = { ...given, workers: 1, hosts: 1, requests: 1000, free: true };
        const admitted = (pending: number): number => {
          const run = simulate(modelOf({ ...own, pending }), given.seed);
          return [...run.status.slice(0, 4 * given.size)].filter((status) => status === 200).length;
        };
        expect(admitted(given.pending + more)).toBeGreaterThanOrEqual(admitted(given.pending));
      }),
    );
  });
});

it('predicts the same whatever the number of threads', async () => {
  const model = modelOf({
    ...{ connections: 5, pending: 1, requests: 100, workers: 2, hosts: 2, size: 10, seed: 1 },
    free: false,
  });
  const many = { ...model, watch: { ...model.watch, batches: 500 } };
  const one = await predict(many, { seeds: 24, threads: 1 });
  expect(await predict(many, { seeds: 24, threads: 3 })).toEqual(one);
});

/**
 * Answers that are known from Envoy's source and from what its users found: real Envoys must give
 * them here, too.
 */
import { expect, it } from 'vitest';
import { prepare } from '../../../lab/commands/prepare.ts';
import { runLocally } from '../../../lab/local/run.ts';
import type { Cluster, Observation } from '../../../experiment/observation.ts';
import { skipIfDisturbed } from '../../support/busyMachine.ts';

const NO_LIMITS = ['maxConnections=0', 'http1MaxPendingRequests=0'];

async function observe(settings: readonly string[], timeScale = 1): Promise<Observation> {
  const prepared = await prepare('dev', { set: settings }, { batches: 1, timeScale });
  const { signal } = new AbortController();
  return runLocally()(prepared, { signal, onProgress: () => undefined });
}

/** How many requests ended in each way. */
function tally({ requests }: Observation): Record<string, number> {
  const groups = Map.groupBy(requests, ({ status, refusedBy }) => `${status} ${refusedBy ?? ''}`);
  return Object.fromEntries([...groups].map(([key, all]) => [key.trim(), all.length]));
}

function clusterOf({ proxies }: Observation, role: 'client' | 'gateway'): Cluster {
  const found = proxies.find((proxy) => proxy.role === role)?.clusters[0];
  if (found === undefined) throw new Error(`no proxy of role ${role} was used`);
  return found;
}

function grown({ before, after }: Cluster, counter: string): number {
  return (after[counter] ?? 0) - (before[counter] ?? 0);
}

it('refuses at once what is over max_requests, on HTTP/1.1 as well (envoy#16610)', async (context) => {
  const seen = await observe([
    ...NO_LIMITS,
    ...['http2MaxRequests=3', 'batchSize=6', 'serverDelay=500ms'],
  ]);
  skipIfDisturbed(context, seen);
  expect(tally(seen)).toEqual({ 200: 3, '503 client-proxy/requests': 3 });
});

it('knows no limit of 0 in Istio: 0 pending requests are unset', async () => {
  const seen = await observe([...NO_LIMITS, 'serverDelay=200ms']);
  expect(clusterOf(seen, 'client').thresholds.max_pending_requests).toBe(4_294_967_295);
  expect(tally(seen)).toEqual({ 200: 10 });
});

it('refuses a single request where a stand-alone Envoy lets none wait (envoy#20817)', async () => {
  const seen = await observe([
    ...NO_LIMITS,
    ...['injection=false', 'batchSize=1', 'serverDelay=100ms'],
    'envoyCircuitBreakers={"max_pending_requests":0}',
  ]);
  expect(tally(seen)).toEqual({ '503 gateway/pending': 1 });
});

it('lets every request wait or overflow where a connection carries one only', async () => {
  const requests = 40;
  const seen = await observe([
    ...['maxConnections=1', 'http1MaxPendingRequests=1', 'maxRequestsPerConnection=1'],
    ...['load=closed', 'workers=3', `requests=${requests}`, 'serverDelay=5ms'],
  ]);
  const cluster = clusterOf(seen, 'client');
  const waited = grown(cluster, 'upstream_rq_pending_total');
  const overflowed = grown(cluster, 'upstream_rq_pending_overflow');
  expect(waited + overflowed).toBe(requests);
  expect(overflowed).toBeGreaterThan(0);
  expect(overflowed).toBe(tally(seen)['503 client-proxy/pending']);
});

it('ejects three failing endpoints after five errors each, then nobody is left (istio#45128)', async (context) => {
  const requests = 120;
  const seen = await observe(
    [
      ...NO_LIMITS,
      ...['load=paced', `requests=${requests}`, 'requestInterval=200ms', 'serverDelay=0s'],
      'versions={"v1":{"replicas":3,"status":502}}',
      'outlierDetection={"consecutive5xxErrors":5,"maxEjectionPercent":100,"baseEjectionTime":"300s"}',
    ],
    0.1,
  );
  skipIfDisturbed(context, seen);
  const { '502 application': errors = 0, '503 no-healthy-upstream': refused = 0 } = tally(seen);
  expect(errors).toBeGreaterThanOrEqual(15);
  expect(
    grown(clusterOf(seen, 'client'), 'outlier_detection.ejections_enforced_consecutive_5xx'),
  ).toBe(3);
  // Ejections soon after another take effect together, when Envoy's update_merge_window has gone by.
  const last = seen.requests.slice(-20).map(({ refusedBy }) => refusedBy);
  expect(new Set(last)).toEqual(new Set(['no-healthy-upstream']));
  expect(errors + refused).toBe(requests);
});

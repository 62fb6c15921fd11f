/** What the sampler and the admin client read from a real Envoy whose requests are held back. */
import http, { type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { findEnvoy } from '../../../lab/environment/envoyBinary.ts';
import type { Child } from '../../../lab/local/children.ts';
import { type EnvoyProcess, startEnvoy } from '../../../lab/local/envoyProcess.ts';
import { Sampler } from '../../../lab/watch/sampler.ts';
import type { Cluster, Series } from '../../../experiment/observation.ts';
import { until } from './support.ts';

const USED = 'outbound|80||pyserver.circuitbreaker.svc.cluster.local';
const UNUSED = 'outbound|80||other.circuitbreaker.svc.cluster.local';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Answers nobody; the test does. */
async function heldServer(): Promise<{ port: number; waiting: ServerResponse[] }> {
  const waiting: ServerResponse[] = [];
  const server = http.createServer((_, response) => waiting.push(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, waiting };
}

function cluster(name: string, port: number, more: object = {}): object {
  const address = { socket_address: { address: '127.0.0.1', port_value: port } };
  return {
    name,
    // As istiod writes it: the semicolon ends the name within the statistic's.
    alt_stat_name: `${name};`,
    type: 'STATIC',
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
    ...more,
  };
}

function bootstrap(port: number): object {
  const anyPort = { socket_address: { address: '127.0.0.1', port_value: 0 } };
  const limits = {
    circuit_breakers: { thresholds: [{ max_connections: 1, max_pending_requests: 1 }] },
    outlier_detection: { consecutive_5xx: 1, max_ejection_percent: 100, interval: '600s' },
    common_lb_config: { healthy_panic_threshold: {} },
  };
  const manager = {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'http',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: USED } }],
        },
      ],
    },
    http_filters: [
      {
        name: 'router',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
        },
      },
    ],
  };
  return {
    admin: { address: anyPort },
    static_resources: {
      clusters: [cluster(USED, port, limits), cluster(UNUSED, port)],
      listeners: [
        {
          name: 'outbound',
          address: anyPort,
          filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
        },
      ],
    },
  };
}

async function envoyBefore(port: number): Promise<EnvoyProcess> {
  const { path: binary } = await findEnvoy();
  const children: Child[] = [];
  cleanUps.push(() => Promise.all(children.map((child) => child.stop())));
  return startEnvoy({
    binary,
    name: 'the sidecar of pyclient-0',
    concurrency: 1,
    bootstrap: bootstrap(port),
    onStart: (child) => children.push(child),
    onAccessLog: () => undefined,
    flushMs: 25,
  });
}

function ask(envoy: EnvoyProcess): Promise<number> {
  const url = `http://127.0.0.1:${envoy.ports.get('outbound') ?? 0}/`;
  return fetch(url, { headers: { connection: 'close' } }).then(async (response) => {
    await response.text();
    return response.status;
  });
}

function samplerOf(
  { admin, outlierEvents: recorded }: EnvoyProcess,
  { keepsAll = true, outlierEvents = recorded } = {},
): { sampler: Sampler; oneMoreSample: () => Promise<void> } {
  // A sample begins with the statistics; of two that begin, one has begun and ended.
  const read = vi.spyOn(admin, 'stats');
  const proxy = {
    pod: 'pyclient-0',
    role: 'client',
    concurrency: 1,
    admin,
    outlierEvents,
    keepsAll,
  } as const;
  const sampler = new Sampler([proxy], (address) => `pod at ${address}`);
  return {
    sampler,
    async oneMoreSample() {
      const soFar = read.mock.calls.length;
      await until('another sample was taken', () => read.mock.calls.length >= soFar + 2);
    },
  };
}

const statistic = async (envoy: EnvoyProcess, name: string): Promise<number> => {
  const full = `cluster.${USED};.${name}`;
  return (await envoy.admin.stats(`${name}$`)).get(full) ?? NaN;
};

function values(found: Cluster | undefined, gauge: string): number[] {
  return found?.gauges[gauge]?.value ?? [];
}

it.each([
  ['where all statistics are kept', true],
  ['where some may not be', false],
])(
  'sees limits, gauges as they change, what counters grew by, and an ejection, %s',
  async (_, keepsAll) => {
    const { port, waiting } = await heldServer();
    const envoy = await envoyBefore(port);
    const { sampler, oneMoreSample } = samplerOf(envoy, { keepsAll });

    // Before the run: not the run's.
    const early = ask(envoy);
    await until('the early request has arrived', () => waiting.length === 1);
    waiting[0]?.end('ok');
    expect(await early).toBe(200);

    await sampler.start();
    await oneMoreSample();
    const first = ask(envoy);
    await until(
      'one request is active',
      async () => (await statistic(envoy, 'upstream_rq_active')) === 1,
    );
    const second = ask(envoy);
    await until(
      'one request is pending',
      async () => (await statistic(envoy, 'upstream_rq_pending_active')) === 1,
    );
    expect(await ask(envoy)).toBe(503);
    await oneMoreSample();

    waiting[1]?.end('ok');
    await until('the second request has arrived', () => waiting.length === 3);
    waiting[2]?.writeHead(503).end();
    expect(await Promise.all([first, second])).toEqual([200, 503]);
    await until(
      'the endpoint is ejected',
      async () => (await statistic(envoy, 'outlier_detection.ejections_active')) === 1,
    );
    await oneMoreSample();
    const [proxy] = await sampler.finish(0);

    // The cluster that nothing used is left out.
    expect(proxy).toMatchObject({ pod: 'pyclient-0', role: 'client', concurrency: 1 });
    expect(proxy?.clusters.map(({ name }) => name)).toEqual([USED]);
    const [used] = proxy?.clusters ?? [];
    expect(used?.thresholds).toEqual({
      max_connections: 1,
      max_pending_requests: 1,
      max_requests: 1024,
      max_retries: 3,
    });
    const grew = (name: string): number => (used?.after[name] ?? NaN) - (used?.before[name] ?? NaN);
    expect({
      requests: grew('upstream_rq_total'),
      refused: grew('upstream_rq_pending_overflow'),
      connections: grew('upstream_cx_total'),
    }).toEqual({ requests: 2, refused: 1, connections: 0 });
    expect(used?.before['upstream_rq_total']).toBe(1);

    expect(values(used, 'upstream_rq_active')).toEqual([0, 1, 0]);
    expect(values(used, 'upstream_rq_pending_active')).toEqual([0, 1, 0]);
    expect(values(used, 'circuit_breakers.default.rq_pending_open')).toEqual([0, 1, 0]);
    expect(values(used, 'outlier_detection.ejections_active')).toEqual([0, 1]);
    for (const { atMs, value } of Object.values<Series>(used?.gauges ?? {})) {
      expect(atMs).toHaveLength(value.length);
      expect(atMs.toSorted((a, b) => a - b)).toEqual(atMs);
    }

    const address = `127.0.0.1:${port}`;
    expect(used?.endpoints).toEqual([
      expect.objectContaining({
        pod: `pod at ${address}`,
        address,
        cxTotal: 1,
        rqTotal: 3,
        rqError: 1,
      }),
    ]);
    expect(used?.endpoints[0]?.health.map(({ outlierCheck }) => outlierCheck)).toEqual([
      'OK',
      'FAILED',
    ]);
  },
);

it('counts an ejection once that had happened when it first looked', async () => {
  const { port, waiting } = await heldServer();
  const envoy = await envoyBefore(port);
  const asked = ask(envoy);
  await until('the request has arrived', () => waiting.length === 1);
  waiting[0]?.writeHead(503).end();
  expect(await asked).toBe(503);
  await until(
    'the endpoint is ejected',
    async () => (await statistic(envoy, 'outlier_detection.ejections_active')) === 1,
  );
  const ejection = {
    at: Date.now() - 1,
    cluster: USED,
    address: `127.0.0.1:${port}`,
    ejected: true,
    reason: 'CONSECUTIVE_5XX',
  };
  const { sampler, oneMoreSample } = samplerOf(envoy, {
    outlierEvents: () => Promise.resolve([ejection]),
  });
  await sampler.start();
  await oneMoreSample();
  const [proxy] = await sampler.finish(0);
  expect(proxy?.clusters[0]?.endpoints[0]?.health).toEqual([
    expect.objectContaining({ outlierCheck: 'FAILED', reason: 'CONSECUTIVE_5XX' }),
  ]);
});

it('knows of a proxy that died only the limits that it began with, and does not fail', async () => {
  const { port } = await heldServer();
  const envoy = await envoyBefore(port);
  const { sampler, oneMoreSample } = samplerOf(envoy);
  await sampler.start();
  await oneMoreSample();
  await envoy.child.stop();
  await oneMoreSample();
  expect(await sampler.finish(0)).toEqual([
    { pod: 'pyclient-0', role: 'client', concurrency: 1, clusters: [] },
  ]);
  expect(sampler.limitsOf('pyclient-0', USED)).toEqual({
    max_connections: 1,
    max_pending_requests: 1,
    max_requests: 1024,
    max_retries: 3,
  });
  expect(sampler.limitsOf('pyclient-0', 'outbound|80||nowhere')).toBeUndefined();
  expect(sampler.limitsOf('pyclient-1', USED)).toBeUndefined();
});

it('reads nothing any more once it was stopped', async () => {
  const { port } = await heldServer();
  const envoy = await envoyBefore(port);
  const read = vi.spyOn(envoy.admin, 'clusters');
  const { sampler, oneMoreSample } = samplerOf(envoy);
  await sampler.start();
  await oneMoreSample();
  sampler.stop();
  const reads = read.mock.calls.length;
  // Twice the time in which it would have read again; it only makes a failure more likely.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(read.mock.calls).toHaveLength(reads);
});

/** A run's metrics on loopback: what is served, that nothing else is, and that it ends with the run. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import type { EnvoyAdmin } from '../../../envoy/admin.ts';
import { serveMetrics } from '../../../lab/local/metricsServer.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startLab } from '../../support/lab.ts';
import { until } from './support.ts';

it("serves the proxies' breakers while a run lasts, labelled as a cluster's Prometheus has them", async () => {
  // Without a limit of waiting requests, which a cold pool would fill: three connections for sure.
  const limits = ['maxConnections=3', 'http1MaxPendingRequests=0', 'proxyConcurrency=1'];
  const settings = ['serverDelay=1s', 'batches=1', ...limits];
  const { ended, stderr } = startLab(
    ['run', 'dev', '--json', '--serve-metrics', ...settings.flatMap((one) => ['--set', one])],
    temporaryFolder(),
  );
  const url = await until('the address is said', () => /http:\S+\/metrics/.exec(stderr())?.[0]);
  const busy = await until('three connections are seen', async () => {
    const text = await (await fetch(url)).text();
    return (
      /upstream_cx_active\{.*outbound\|80\|\|pyserver.*pod="pyclient-0"\} 3$/m.test(text) && text
    );
  });
  const sample =
    'cluster_name="outbound|80||pyserver.circuitbreaker.svc.cluster.local",namespace="circuitbreaker",pod="pyclient-0"';
  expect(busy).toContain(`envoy_cluster_circuit_breakers_default_cx_open{${sample}} 1`);
  expect(busy).toMatch(/^envoy_cluster_upstream_rq_pending_overflow\{.*pod="pyserver-0"\} \d+$/m);
  const types = busy.match(/^# TYPE .*$/gm) ?? [];
  expect(new Set(types).size).toBe(types.length);
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect((await fetch(new URL('/stats', url))).status).toBe(404);
  await ended;
  await expect(fetch(url)).rejects.toThrow();
});

it('leaves out a proxy that does not answer, and refuses a port that is taken', async () => {
  const admin = (text: () => Promise<string>): EnvoyAdmin =>
    ({ breakerMetrics: text }) as unknown as EnvoyAdmin;
  const { url, stop } = await serveMetrics(() => [
    admin(() => Promise.reject(new Error('it is gone'))),
    admin(() => Promise.resolve('# TYPE a counter\na{pod="x"} 1\n')),
  ]);
  try {
    expect(await (await fetch(url)).text()).toBe('# TYPE a counter\na{pod="x"} 1\n');
  } finally {
    stop();
  }

  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const refused = serveMetrics(() => [], port);
  await expect(refused).rejects.toThrow(LabError);
  await expect(refused).rejects.toThrow(`--metrics-port ${port}: cannot be listened at`);
  other.close();
});

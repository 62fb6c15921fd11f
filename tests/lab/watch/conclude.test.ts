/** A load that began before its proxies were first asked: everything on the requests' own clock. */
import { expect, it } from 'vitest';
import { experiment } from '../../../experiment/experiment.ts';
import { EnvoyAdmin } from '../../../envoy/admin.ts';
import { conclude } from '../../../lab/watch/conclude.ts';
import { Recorder } from '../../../lab/watch/recorder.ts';
import { Sampler } from '../../../lab/watch/sampler.ts';

const CLUSTER = 'outbound|80||pyserver.circuitbreaker.svc.cluster.local';
const HOUR = 3_600_000;

/** A proxy whose one endpoint is ejected from its third reading on. */
function proxyThatEjects(): { admin: EnvoyAdmin; ejectedAt: Promise<number> } {
  const seen = Promise.withResolvers<number>();
  let readings = 0;
  const ejected = (): boolean => readings >= 3;
  const admin = new EnvoyAdmin((path) => {
    if (path.startsWith('/clusters')) readings += 1;
    if (readings === 5) seen.resolve(Date.now());
    const stat = (name: string, value: number): object => ({
      name: `cluster.${CLUSTER};.${name}`,
      value,
    });
    const body = path.startsWith('/stats')
      ? {
          stats: [
            stat('outlier_detection.ejections_enforced_total', ejected() ? 1 : 0),
            stat('outlier_detection.ejections_active', ejected() ? 1 : 0),
            stat('upstream_rq_total', 5),
          ],
        }
      : {
          cluster_statuses: [
            {
              name: CLUSTER,
              host_statuses: [
                {
                  address: { socket_address: { address: '10.244.0.9', port_value: 5000 } },
                  stats: [{ name: 'rq_total', value: '5' }],
                  health_status: { failed_outlier_check: ejected() },
                },
              ],
            },
          ],
        };
    return Promise.resolve({ status: 200, body: JSON.stringify(body) });
  });
  return { admin, ejectedAt: seen.promise };
}

it.each([
  ['just now', 0],
  ['a minute ago', 60_000],
  ['two hours ago', 2 * HOUR],
])('counts ejections from the first request, sent %s', async (_, lead) => {
  const begunAt = Date.now() - lead;
  const recorder = new Recorder(1, false, () => undefined);
  const send = (sentAt: number, status: number): void => {
    recorder.clientEvent({
      ...{ event: 'response', id: String(sentAt), client: 'pyclient-0', batch: 0, status },
      ...{ sentAt, endedAt: sentAt + 1 },
    });
  };
  send(begunAt, 200);
  const outlierEvents = (): Promise<never[]> => Promise.resolve([]);
  const { admin, ejectedAt } = proxyThatEjects();
  const proxy = {
    pod: 'pyclient-0',
    role: 'client',
    concurrency: 2,
    admin,
    outlierEvents,
  } as const;
  const sampler = new Sampler([proxy], (address) => address, 1);
  const observedAt = Date.now();
  await sampler.start();
  send(observedAt - 1, 504);
  const seenAt = await ejectedAt;
  send(seenAt + 1, 503);
  send(seenAt + 2, 503);
  const observation = conclude({
    source: 'cluster',
    recorder,
    toleratedMs: 20,
    startedAt: begunAt,
    podAt: (address) => address,
    limitsOf: () => undefined,
    versions: { envoy: null, istio: null },
    digest: '',
    timeScale: 1,
    experiment: experiment.parse({
      stack: 'late',
      serviceTime: '1s',
      load: 'paced',
      expect: [
        { name: 'before', during: 'before-ejection', status: 504, count: [1, 1] },
        { name: 'ejected', during: 'ejected', status: 503, count: [2, 2] },
      ],
    }),
    batches: 1,
    proxies: await sampler.finish(begunAt),
    ...{ external: [], faults: [], leftOut: [] },
  });
  expect(observation.verdict.checks).toEqual([
    expect.objectContaining({ name: 'before', outcome: 'holds' }),
    expect.objectContaining({ name: 'ejected', outcome: 'holds' }),
    expect.objectContaining({ name: 'nothing broke', outcome: 'holds' }),
  ]);
  const [cluster] = observation.proxies[0]?.clusters ?? [];
  const health = cluster?.endpoints[0]?.health.at(-1)?.atMs ?? NaN;
  const gauge = cluster?.gauges['outlier_detection.ejections_active']?.atMs.at(-1) ?? NaN;
  for (const atMs of [health, gauge]) {
    expect(atMs).toBeGreaterThanOrEqual(observedAt - begunAt);
    expect(atMs).toBeLessThanOrEqual(seenAt - begunAt);
  }
});

/** A run with an ejection, as pages show it. */
import { proxy } from '../lab/analysis/logged.ts';
import { observation, requests } from '../lab/analysis/observed.ts';

const each = (count: number, from: number, given: Parameters<typeof requests>[1]) =>
  requests(count, { warmUp: false, ...given }).map((one, index) => ({
    ...one,
    id: `${from}-${index}`,
    sentMs: from + 500 * index,
    endedMs: from + 500 * index + 4,
  }));

export const ejection = observation({
  stack: 'bad-server',
  experiment: { load: 'paced', description: 'Half of the traffic goes to a server that fails' },
  durationMs: 6000,
  requests: [
    ...each(4, 0, { endpoint: 'pyserver-v1-0' }),
    ...each(1, 250, { endpoint: 'pyserver-v2-0', status: 502, refusedBy: 'application' }),
    ...each(4, 2000, { endpoint: 'pyserver-v1-0' }),
    ...each(3, 2250, { endpoint: null, status: 503, refusedBy: 'no-healthy-upstream' }),
  ].sort((a, b) => a.sentMs - b.sentMs),
  proxies: [
    {
      ...proxy({
        name: 'outbound|80|v2|pyserver.shop.svc.cluster.local',
        after: { upstream_rq_total: 1, 'outlier_detection.ejections_enforced_total': 1 },
        endpoint: {
          pod: 'pyserver-v2-0',
          health: [
            { atMs: 0, outlierCheck: 'OK' },
            { atMs: 300, outlierCheck: 'FAILED', reason: 'CONSECUTIVE_5XX' },
          ],
        },
      }),
    },
  ],
  explanation: ['pyserver-v2-0 was ejected at 0.3 s.'],
  verdict: {
    outcome: 'holds',
    checks: [{ name: 'ejected', expected: '1', seen: '1', outcome: 'holds' }],
  },
});

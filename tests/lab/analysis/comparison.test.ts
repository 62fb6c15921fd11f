import { describe, expect, it } from 'vitest';
import type { RawConfig } from '../../../config/parse.ts';
import type { Observation } from '../../../experiment/observation.ts';
import type { Comparison } from '../../../experiment/comparison.ts';
import { comparisonOf } from '../../../lab/analysis/comparison.ts';
import { comparisonReport } from '../../../lab/report/comparisonReport.ts';
import { proxy } from './logged.ts';
import { observation, refused, requests } from './observed.ts';

/** Five connections and one waiting request: of ten, five answer, one waits, four are refused. */
const failFast = observation({
  experiment: { description: 'of ten, four are refused' },
  requests: [
    ...requests(10, { batch: 0, warmUp: true, ...refused }),
    ...[1, 2].flatMap((batch) => [
      ...requests(5, { batch }),
      ...requests(1, { batch, endedMs: 10_000 }),
      ...requests(4, { batch, ...refused }),
    ]),
  ],
  proxies: [
    proxy({
      before: { upstream_cx_total: 1 },
      after: { upstream_cx_total: 6, upstream_rq_total: 12, upstream_rq_pending_overflow: 18 },
    }),
    proxy({ pod: 'pyserver-0', role: 'server', after: { upstream_rq_total: 12 } }),
  ],
});

const baseline = observation({
  stack: 'baseline',
  requests: [1, 2, 3].flatMap((batch) => requests(10, { batch })),
  proxies: [
    proxy({ after: { upstream_cx_total: 10, upstream_rq_total: 30 } }),
    proxy({ pod: 'pyserver-0', role: 'server', after: { upstream_rq_total: 30 } }),
  ],
});

function compared(a: Observation, b: Observation): Comparison {
  return comparisonOf(
    { name: 'a', observation: a, configuration: null },
    { name: 'b', observation: b, configuration: null },
  );
}

function settings(a: RawConfig, b: RawConfig): Comparison['configuration'] {
  return comparisonOf(
    { name: 'a', observation: baseline, configuration: a },
    { name: 'b', observation: baseline, configuration: b },
  ).configuration;
}

describe('a comparison as text', () => {
  it('tells what is notable first, then shows the figures side by side', () => {
    const comparison = comparisonOf(
      {
        name: 'fail-fast',
        observation: failFast,
        configuration: { maxConnections: '5', description: 'of ten, four are refused' },
      },
      { name: 'baseline', observation: baseline, configuration: { maxConnections: '0' } },
    );
    expect(comparisonReport(comparison, false)).toBe(`\
fail-fast: of ten, four are refused
baseline

fail-fast answers 60 % of its requests, baseline 100 %.
fail-fast has 40 % of its requests refused by client-proxy/pending, baseline none.
fail-fast takes 10.0 s for its slowest answer, baseline 5.0 s.
fail-fast opens 5 connections from its callers' proxies, baseline 10.

                                                               fail-fast           baseline

settings
maxConnections                                                         5                  0

outcomes                                               per batch, 2 warm  per batch, 3 warm
200 after 5s                                                           5                 10
200 after 10s                                                          1                  .
503 UO at once, client's proxy: pending requests full                  4                  .

refused by                                             per batch, 2 warm  per batch, 3 warm
client-proxy/pending                                                   4                  .

proxies                                                  all 30 requests    all 30 requests
client: upstream_cx_total                                              5                 10
client: upstream_rq_total                                             12                 30
client: upstream_rq_pending_overflow                                  18                  .
server: upstream_rq_total                                             12                 30

verdict                                                            holds              holds
`);
  });

  it('says so where nothing differs, where settings are not known, and where nothing was warm', () => {
    const cold = observation({ requests: requests(2, { warmUp: true }) });
    expect(comparisonReport(compared(cold, cold), false)).toBe(`\
a
b

No notable difference in what was seen.

                  a      b

settings  not known

verdict       holds  holds
`);
  });
});

describe('settings', () => {
  it('are those in which two stacks differ, field by field, an empty one being unset', () => {
    const common = { namespace: 'circuitbreaker', gateways: '["mesh"]' };
    const a = {
      ...common,
      routeTimeout: '',
      outlierDetection: '{"interval":"1s","maxEjectionPercent":100}',
      retries: '{}',
    };
    const b = {
      ...common,
      routeTimeout: '3s',
      outlierDetection: '{"interval":"1s","maxEjectionPercent":10}',
      retries: '{"attempts":2}',
    };
    expect(settings(a, b)).toEqual([
      { name: 'outlierDetection.maxEjectionPercent', values: ['100', '10'] },
      { name: 'routeTimeout', values: [null, '3s'] },
      { name: 'retries.attempts', values: [null, '2'] },
    ]);
  });

  it('leave out what only speaks of the experiment', () => {
    expect(settings({ description: 'a', seed: 'x', expect: '[]' }, { description: 'b' })).toEqual(
      [],
    );
  });
});

describe('outcomes', () => {
  it('are all requests of a load without batches', () => {
    const paced = observation({ experiment: { load: 'paced' }, requests: requests(30) });
    expect(compared(paced, baseline).outcomes).toEqual([
      { name: '200 after 5s', values: [30, 10] },
    ]);
  });

  it('are nothing where no batch was warm', () => {
    const cold = observation({ requests: requests(2, { warmUp: true }) });
    expect(compared(cold, baseline).outcomes).toEqual([{ name: '200 after 5s', values: [0, 10] }]);
  });

  it('are of one scale, whatever the runs were', () => {
    const fast = observation({ timeScale: 0.2, requests: requests(10, { endedMs: 1000 }) });
    const { outcomes, differences, observations } = compared(fast, baseline);
    expect(outcomes).toEqual([{ name: '200 after 5s', values: [10, 10] }]);
    expect(differences[0]).toBe(
      'a ran at time scale 0.2, b at 1; all times here are those of scale 1.',
    );
    expect(observations[0]).toBe(fast);
  });
});

describe('the sentences', () => {
  it.each<[string, Partial<Observation>, Partial<Observation>, string]>([
    [
      'another Envoy',
      { versions: { envoy: '1.40.0', istio: null } },
      { versions: { envoy: null, istio: '1.30.3' } },
      'a ran on Envoy 1.40.0, b on no version.',
    ],
    ['another source', {}, { source: 'cluster' }, 'a is seen by source local, b by cluster.'],
    [
      'the verdicts',
      { verdict: { outcome: 'does not hold', checks: [] } },
      {},
      'The verdict of a does not hold, that of b holds.',
    ],
    [
      'retries, of the gateway too',
      { proxies: [proxy({ role: 'gateway', after: { upstream_rq_retry: 3 } })] },
      { proxies: [proxy({ role: 'server', after: { upstream_rq_retry: 3 } })] },
      'a makes 3 retries, b 0.',
    ],
    [
      'ejections',
      {},
      { proxies: [proxy({ after: { 'outlier_detection.ejections_enforced_total': 2 } })] },
      'a sees 0 ejections of an endpoint, b 2.',
    ],
  ])('tell %s', (_, a, b, sentence) => {
    expect(compared(observation(a), observation(b)).differences).toEqual([sentence]);
  });

  it('keep silent of what is nearly the same', () => {
    const [a, b] = [50, 52].map((connections) =>
      observation({
        requests: requests(100, { endedMs: 5000 + connections }),
        proxies: [proxy({ after: { upstream_cx_total: connections } })],
      }),
    );
    expect(a && b && compared(a, b).differences).toEqual([]);
  });

  it('keep silent of latencies where the server takes no time', () => {
    const [a, b] = [1, 900].map((endedMs) =>
      observation({ experiment: { serviceTime: '0s' }, requests: requests(1, { endedMs }) }),
    );
    expect(a && b && compared(a, b).differences).toEqual([]);
  });
});

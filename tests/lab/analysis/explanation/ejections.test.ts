/** Every rule of the explanation: what makes it speak, what it says, and when it must keep silent. */
import { describe, expect, it } from 'vitest';
import type { Cluster, Observation, Request } from '../../../../experiment/observation.ts';
import { cluster, endpoint, endpointHealth, limits, proxy, request } from '../logged.ts';
import { requests } from '../observed.ts';
import { type Given, type Case, said, HOST, subset, clientWith } from './explained.ts';

describe('ejections', () => {
  const out = endpointHealth(1200, 'FAILED');
  const back = endpointHealth(6290, 'OK');
  const uh = { status: 503, refusedBy: 'no-healthy-upstream', endpoint: null } as const;

  it.each<Case>([
    [
      'an ejection that ended',
      {
        proxies: [
          proxy({
            health: [endpointHealth(-200, 'OK'), { ...out, reason: 'CONSECUTIVE_5XX' }, back],
          }),
        ],
      },
      [
        'pyserver-0 was ejected at 1.2 s by the proxy of pyclient-0 (CONSECUTIVE_5XX), and came back ' +
          '5.09 s later, at the first sweep after its time.',
      ],
    ],
    [
      'one that lasted, by a source that knows no detector',
      { proxies: [proxy({ health: [out] })] },
      ['pyserver-0 was ejected at 1.2 s by the proxy of pyclient-0, and was still out at the end.'],
    ],
    [
      'no more than three of many',
      {
        proxies: [
          proxy({
            health: [1, 2, 3, 4].flatMap((n) => [
              endpointHealth(n * 10_000, 'FAILED'),
              endpointHealth(n * 10_000 + 5000, 'OK'),
            ]),
          }),
        ],
      },
      [10, 20, 30].map(
        (at) =>
          `pyserver-0 was ejected at ${at} s by the proxy of pyclient-0, and came back 5 s later, at ` +
          'the first sweep after its time.',
      ),
    ],
    [
      'what nobody was left to answer',
      { requests: requests(1, uh), proxies: [proxy({ health: [out, back] })] },
      [
        'pyserver-0 was ejected at 1.2 s by the proxy of pyclient-0, and came back 5.09 s later, at ' +
          'the first sweep after its time.',
        '1 request got 503 UH: every endpoint of the chosen cluster was ejected, and with ' +
          'outlierDetection Istio lets none be called all the same (healthy_panic_threshold 0).',
      ],
    ],
    [
      'a cluster without endpoints, where nothing was ejected',
      { requests: requests(2, uh), proxies: [proxy()] },
      ['2 requests got 503 UH: the chosen cluster had no healthy endpoint.'],
    ],
    [
      'ejections that were not allowed',
      {
        proxies: [
          proxy({
            endpoints: [endpoint(), endpoint({ pod: 'pyserver-1' })],
            before: { 'outlier_detection.ejections_overflow': 1 },
            after: {
              'outlier_detection.ejections_overflow': 14,
              'outlier_detection.ejections_detected_consecutive_5xx': 13,
            },
          }),
        ],
      },
      [
        '13 times the proxy of pyclient-0 did not eject an endpoint of outbound|80||pyserver for its ' +
          'errors: one of 2 is 50 %, more than maxEjectionPercent (10 unless set).',
        'What was detected there: outlier_detection.ejections_detected_consecutive_5xx 13.',
      ],
    ],
    [
      'one that was not allowed beside one that was',
      {
        proxies: [
          proxy({
            after: {
              'outlier_detection.ejections_overflow': 1,
              'outlier_detection.ejections_enforced_total': 1,
            },
          }),
        ],
      },
      [
        '1 time the proxy of pyclient-0 did not eject an endpoint of outbound|80||pyserver for its ' +
          'errors: with those that were out already it would have been more than maxEjectionPercent.',
      ],
    ],
  ])('tell of %s', (_, given, sentences) => {
    expect(said(given)).toEqual(sentences);
  });

  describe('that took effect late', () => {
    const two = (second: number): Observation['proxies'] => [
      proxy({
        endpoints: [
          endpoint({ pod: 'a', health: [endpointHealth(1000, 'FAILED')] }),
          endpoint({
            pod: 'b',
            health: [endpointHealth(second, 'FAILED'), endpointHealth(5000, 'OK')],
          }),
        ],
      }),
    ];
    const late = (given: Given): string[] =>
      said(given).filter((sentence) => sentence.includes('still reached'));
    const sentAt = (...moments: number[]): Request[] =>
      moments.map((sentMs) => request({ endpoint: 'b', sentMs, endedMs: sentMs + 1 }));

    it('tell of the requests that still came, within the window after the change before', () => {
      // At 1.5 s it is ejected; what came before, beyond the window or after its return is no delay.
      expect(late({ requests: sentAt(1499, 1501, 2499, 2501, 5001), proxies: two(1500) })).toEqual([
        '2 requests still reached b after its ejection at 1.5 s: Envoy lets a change of health wait ' +
          'for up to 1 s after the one before (update_merge_window).',
      ]);
      expect(late({ timeScale: 0.2, requests: sentAt(1150, 1400), proxies: two(1100) })).toEqual([
        '1 request still reached b after its ejection at 1.1 s: Envoy lets a change of health wait ' +
          'for up to 0.2 s after the one before (update_merge_window).',
      ]);
    });

    it('keep silent where no change came before it, and of other pods', () => {
      expect(late({ requests: sentAt(2501), proxies: two(2500) })).toEqual([]);
      const other = sentAt(1501).map((one) => ({ ...one, endpoint: 'a' }));
      expect(late({ requests: other, proxies: two(1500) })).toEqual([]);
    });
  });
});

describe('retries', () => {
  it.each<Case>([
    [
      'that helped, and those that did not',
      {
        proxies: [
          proxy({
            after: {
              upstream_rq_retry: 12,
              upstream_rq_retry_success: 9,
              upstream_rq_retry_limit_exceeded: 1,
            },
          }),
        ],
      },
      [
        'The proxy of pyclient-0 sent 12 retries in outbound|80||pyserver: 9 ended well, and 1 request ' +
          'had no attempt left.',
      ],
    ],
    [
      'one that was in vain',
      { proxies: [proxy({ before: { upstream_rq_retry: 2 }, after: { upstream_rq_retry: 3 } })] },
      ['The proxy of pyclient-0 sent 1 retry in outbound|80||pyserver: none ended well.'],
    ],
    [
      'that max_retries did not allow',
      {
        proxies: [
          proxy({
            thresholds: limits({ max_retries: 3 }),
            after: { upstream_rq_retry_overflow: 5 },
          }),
        ],
      },
      [
        'The proxy of pyclient-0 was not allowed 5 retries in outbound|80||pyserver: its limit of ' +
          'retries under way was reached (max_retries 3).',
      ],
    ],
    [
      'one that a budget did not allow',
      { proxies: [proxy({ after: { upstream_rq_retry_overflow: 1 } })] },
      [
        'The proxy of pyclient-0 was not allowed 1 retry in outbound|80||pyserver: its limit of ' +
          'retries under way was reached.',
      ],
    ],
  ])('%s', (_, given, sentences) => {
    expect(said(given)).toEqual(sentences);
  });

  describe('within a subset', () => {
    const failed = requests(1, {
      status: 503,
      refusedBy: 'application',
      flags: { client: 'URX', server: null },
    });
    const v1 = subset('v1', { after: { upstream_rq_2xx: 50 } });
    const v2 = subset('v2', { after: { upstream_rq_retry: 2 } });
    const inSubset = (given: Given): string[] =>
      said(given).filter((sentence) => sentence.includes('weights'));

    it('tell that the other subset was never tried', () => {
      expect(inSubset({ requests: failed, proxies: [clientWith(v1, v2)] })).toEqual([
        'What the weights sent to subset v2 was never retried in v1, which went on answering the ' +
          "proxy of pyclient-0: a route's weights choose once for a request.",
      ]);
    });

    it.each<[string, Given]>([
      ['no request failed', { requests: requests(5), proxies: [clientWith(v1, v2)] }],
      [
        'the other subset answered nothing',
        { requests: failed, proxies: [clientWith(subset('v1'), v2)] },
      ],
      ['there is no other subset', { requests: failed, proxies: [clientWith(v2)] }],
      [
        'the subset neither retried nor lost an endpoint',
        { requests: failed, proxies: [clientWith(v1, subset('v2'))] },
      ],
      [
        'the others are of another service',
        {
          requests: failed,
          proxies: [
            clientWith(v2, cluster({ name: 'outbound|80||other', after: { upstream_rq_2xx: 1 } })),
          ],
        },
      ],
    ])('keep silent where %s', (_, given) => {
      expect(inSubset(given)).toEqual([]);
    });
  });
});

describe('the cluster of the whole service', () => {
  const whole = cluster({ after: { upstream_rq_total: 160 } });
  const bypassed = (...clusters: Cluster[]): string[] =>
    said({ proxies: [clientWith(...clusters)] });

  it('is told of where it took every call though there are subsets', () => {
    expect(bypassed(whole, subset('v1'), subset('v2'))).toEqual([
      'All 160 attempts of pyclient-0 went to outbound|80||pyserver, the cluster of the whole ' +
        'service, and none to its subsets (v1, v2): only a VirtualService with the gateway mesh sends ' +
        'calls inside the mesh there, and a policy on subsets guards nothing else.',
    ]);
  });

  it.each<[string, Cluster[]]>([
    [
      'a subset was called as well',
      [whole, subset('v1'), subset('v2', { after: { upstream_rq_total: 1 } })],
    ],
    ['there are no subsets', [whole]],
    ['nothing was called', [cluster(), subset('v1')]],
    ['the subset is of another port', [whole, cluster({ name: `outbound|81|v1|${HOST}` })]],
  ])('is not told of where %s', (_, clusters) => {
    expect(bypassed(...clusters)).toEqual([]);
  });
});

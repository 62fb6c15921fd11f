/** Every rule of the explanation: what makes it speak, what it says, and when it must keep silent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTERS } from '../../../envoy/statistics.ts';
import { refusal } from '../../../experiment/expectation.ts';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { explain } from '../../../lab/analysis/explanation/explain.ts';
import type { Cluster, Observation, Request } from '../../../experiment/observation.ts';
import { cluster, endpoint, endpointHealth, limits, proxy, request } from './logged.ts';
import { observation, refused, refusedByServer, requests } from './observed.ts';

type Given = Parameters<typeof observation>[0];
type Case = [what: string, given: Given, sentences: string[]];

const said = (given: Given): string[] => explain(observation(given));

const fiveAndOne = limits({ max_connections: 5, max_pending_requests: 1 });
const HOST = 'pyserver.circuitbreaker.svc.cluster.local';

/** A cluster of a subset of the service. */
function subset(name: string, given: Partial<Cluster> = {}): Cluster {
  return cluster({ name: `outbound|80|${name}|${HOST}`, ...given });
}

/** A client's proxy with these clusters. */
function clientWith(...clusters: Cluster[]): Observation['proxies'][number] {
  return { ...proxy(), clusters };
}

it('is empty where nothing happened, and where all went well', () => {
  expect(said({})).toEqual([]);
  expect(
    said({
      requests: requests(10),
      proxies: [
        proxy({
          thresholds: limits({ max_connections: 10 }),
          after: { upstream_rq_total: 10, upstream_cx_total: 10 },
          gauges: { upstream_cx_active: { atMs: [0], value: [10] } },
        }),
        proxy({ pod: 'pyserver-0', role: 'server', name: 'inbound|5000||' }),
      ],
    }),
  ).toEqual([]);
});

describe('refusals by a breaker', () => {
  const overflow = { upstream_rq_pending_overflow: 4 };
  const inbound = { pod: 'pyserver-0', role: 'server', name: 'inbound|5000||' } as const;

  it.each<Case>([
    [
      "the client's waiting requests",
      {
        requests: requests(4, refused),
        proxies: [
          proxy({
            thresholds: fiveAndOne,
            before: { upstream_rq_pending_overflow: 1 },
            after: { upstream_rq_pending_overflow: 5 },
          }),
          proxy({
            ...inbound,
            thresholds: limits({ max_pending_requests: 7 }),
            after: { upstream_rq_pending_overflow: 9 },
          }),
        ],
      },
      [
        "4 requests got 503 UO from the client's proxy: no connection was free and the queue was full " +
          '(max_pending_requests 1, upstream_rq_pending_overflow 4).',
      ],
    ],
    [
      'one alone',
      {
        requests: requests(1, refused),
        proxies: [proxy({ thresholds: fiveAndOne, after: { upstream_rq_pending_overflow: 1 } })],
      },
      [
        "1 request got 503 UO from the client's proxy: no connection was free and the queue was full " +
          '(max_pending_requests 1, upstream_rq_pending_overflow 1).',
      ],
    ],
    [
      'several clients with limits of their own, of which one refused nothing',
      {
        requests: requests(8, refused),
        proxies: [
          proxy({ thresholds: limits({ max_pending_requests: 3 }), after: overflow }),
          proxy({ pod: 'b', thresholds: limits({ max_pending_requests: 2 }), after: overflow }),
          proxy({ pod: 'c', thresholds: limits({ max_pending_requests: 9 }) }),
        ],
      },
      [
        "8 requests got 503 UO from the client's proxy: no connection was free and the queue was full " +
          '(max_pending_requests 2 or 3, upstream_rq_pending_overflow 8).',
      ],
    ],
    [
      'a proxy that died, and took its figures along',
      { requests: requests(2, refused), proxies: [{ ...proxy(), clusters: [] }] },
      [
        "2 requests got 503 UO from the client's proxy: no connection was free and the queue was full.",
      ],
    ],
    [
      'the gateway’s waiting requests',
      {
        requests: requests(4, { ...refused, refusedBy: 'gateway/pending' }),
        proxies: [
          proxy({
            role: 'gateway',
            thresholds: limits({ max_pending_requests: 20 }),
            after: overflow,
          }),
        ],
      },
      [
        '4 requests got 503 UO from the gateway: no connection was free and the queue was full ' +
          '(max_pending_requests 20, upstream_rq_pending_overflow 4).',
      ],
    ],
    [
      'active requests',
      {
        requests: requests(7, { ...refused, refusedBy: 'client-proxy/requests' }),
        proxies: [proxy({ thresholds: limits({ max_requests: 3 }) })],
      },
      [
        "7 requests got 503 UO from the client's proxy: its limit of active requests was reached (max_requests 3). " +
          'That limit lets nothing wait, on HTTP/1.1 as well.',
      ],
    ],
    [
      'one of two limits, at the gateway',
      {
        requests: requests(4, { ...refused, refusedBy: 'gateway/overflow' }),
        proxies: [
          proxy({
            role: 'gateway',
            thresholds: limits({ max_pending_requests: 1, max_requests: 3 }),
            after: overflow,
          }),
        ],
      },
      [
        '4 requests got 503 UO from the gateway, whose log does not tell which limit it was ' +
          '(max_pending_requests 1, max_requests 3, upstream_rq_pending_overflow 4).',
      ],
    ],
    [
      'the server’s own proxy, after retries and without',
      {
        requests: [
          ...requests(3, refusedByServer),
          ...requests(2, { ...refusedByServer, flags: { client: '', server: 'UO' } }),
        ],
        proxies: [
          proxy(),
          proxy({
            ...inbound,
            thresholds: fiveAndOne,
            after: { upstream_rq_pending_overflow: 11 },
          }),
        ],
      },
      [
        "5 requests passed the client's side and got 503 UO from the server's proxy: the limits hold " +
          'there once more, for each pod (max_connections 5, max_pending_requests 1, ' +
          'upstream_rq_pending_overflow 11).',
        '3 of them show URX: each retry met a full proxy of a server as well.',
        '2 of them show 503 without a flag at the client: since Istio 1.24 a 503 is retried only ' +
          'where a VirtualService says so.',
      ],
    ],
    [
      'the server’s active requests, called by a client without a proxy',
      {
        requests: requests(1, {
          ...refusedByServer,
          refusedBy: 'server-proxy/requests',
          flags: { client: null, server: 'UO' },
        }),
        proxies: [proxy({ ...inbound, thresholds: limits({ max_requests: 3 }) })],
      },
      [
        "1 request passed the client's side and got 503 UO from the server's proxy: the limits hold " +
          'there once more, for each pod (max_requests 3).',
      ],
    ],
    [
      'a closed loop, whose workers come back at once',
      {
        experiment: { load: 'closed' },
        requests: [1, 3.14, 900].map((endedMs) =>
          request({ ...refused, refusedBy: 'unknown', endedMs }),
        ),
      },
      [
        'The median of 3 refusals took 3.1 ms, and a refused worker sends its next request at once: ' +
          'one busy moment refuses many.',
      ],
    ],
    ['but not of a batch', { requests: requests(3, { ...refused, refusedBy: 'unknown' }) }, []],
    [
      'nor of a single refusal',
      {
        experiment: { load: 'closed' },
        requests: requests(1, { ...refused, refusedBy: 'unknown' }),
      },
      [],
    ],
    [
      'nor of what counters alone tell',
      { requests: requests(3), proxies: [proxy({ thresholds: fiveAndOne, after: overflow })] },
      [],
    ],
    [
      'nor of errors of the application',
      { requests: requests(3, { status: 502, refusedBy: 'application' }) },
      [],
    ],
  ])('tell of %s', (_, given, sentences) => {
    expect(said(given)).toEqual(sentences);
  });
});

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

describe('pools', () => {
  const batch = (n: number, answers: number, given: Partial<Request> = {}): Request[] => [
    ...requests(answers, { batch: n, ...given }),
    ...requests(10 - answers, { ...refused, refusedBy: 'unknown', batch: n, ...given }),
  ];
  const cold = { warmUp: true };

  it.each<Case>([
    [
      'one cold batch and one warm',
      { requests: [...batch(0, 1, cold), ...batch(1, 6)] },
      ['The first batch found pools that still grew: 1 answer, 6 in the warm one.'],
    ],
    [
      'several of both',
      {
        requests: [
          ...batch(0, 3, cold),
          ...batch(1, 4, cold),
          ...batch(2, 6),
          ...batch(3, 6),
          ...batch(4, 7),
        ],
      },
      [
        'The first 2 batches found pools that still grew: 3.5 answers on average, 6.3 in the 3 warm ones.',
      ],
    ],
    [
      'none that was warm',
      { requests: [...batch(0, 3, cold), ...batch(1, 4, cold)] },
      ['The first 2 batches found pools that still grew: 3.5 answers on average.'],
    ],
    ['nothing cold', { requests: batch(0, 6) }, []],
    [
      'closed connections',
      {
        proxies: [
          proxy({
            before: { upstream_cx_max_requests: 3 },
            after: { upstream_cx_max_requests: 4 },
          }),
        ],
      },
      [
        'The proxy of pyclient-0 closed 1 connection to outbound|80||pyserver that had carried ' +
          'maxRequestsPerConnection requests: that limit refuses nothing, but the next request ' +
          'connects anew.',
      ],
    ],
  ])('%s', (_, given, sentences) => {
    expect(said(given)).toEqual(sentences);
  });

  it('tell why a cold pool refuses, where it did', () => {
    const given = { requests: requests(1, { ...refused, ...cold }) };
    expect(said(given)).toEqual([
      "1 request got 503 UO from the client's proxy: no connection was free and the queue was full.",
      'The first batch found pools that still grew: 0 answers.',
      'In a cold pool a request waits in the queue while its connection is made, and fills it.',
    ]);
  });

  describe('beyond their limit', () => {
    const withPeak = (most: number, given: Parameters<typeof proxy>[0] = {}): string[] =>
      said({
        proxies: [
          proxy({
            thresholds: fiveAndOne,
            gauges: { upstream_cx_active: { atMs: [0, 1, 2], value: [0, most, 1] } },
            ...given,
          }),
        ],
      });

    it('tell of the leeway of each worker and endpoint', () => {
      const endpoints = [endpoint({ cxActive: 2 }), endpoint({ pod: 'pyserver-1', cxActive: 4 })];
      expect(withPeak(6, { endpoints })).toEqual([
        'The proxy of pyclient-0 had 6 connections where max_connections is 5 (at the end 2 to ' +
          'pyserver-0, 4 to pyserver-1): each of its 2 workers may open one to each of the 2 endpoints ' +
          'if it has none there, whatever the limit.',
      ]);
      expect(withPeak(6, { concurrency: 1 })).toEqual([
        'The proxy of pyclient-0 had 6 connections where max_connections is 5: its worker may open ' +
          'one to the endpoint if it has none there, whatever the limit.',
      ]);
    });

    it('keep silent at the limit, and where there is none', () => {
      expect(withPeak(5)).toEqual([]);
      expect(withPeak(5000, { thresholds: limits() })).toEqual([]);
    });
  });

  describe('of several workers', () => {
    const five = limits({ max_connections: 5 });
    /** Ten requests of a batch, of which the slowest takes so many service times. */
    const slowest = (times: number, given: Given = {}): string[] =>
      said({
        requests: [...requests(9), request({ endedMs: times * 5000 })],
        proxies: [proxy({ thresholds: five })],
        ...given,
      });

    it('tell of an answer that took longer than one queue would need', () => {
      expect(slowest(3)).toEqual([
        'The slowest answer took 3.0 service times, though 5 connections need 2 for 10 requests: each ' +
          'of 2 workers has a queue and connections of its own (proxyConcurrency 1 makes one queue).',
      ]);
    });

    it.each<[string, number, Given]>([
      ['one queue needs as long', 2.4, {}],
      ['there is one worker', 6, { proxies: [proxy({ thresholds: five, concurrency: 1 })] }],
      ['nothing is limited', 6, { proxies: [proxy()] }],
      ['there is no proxy', 6, { proxies: [] }],
      ['the service time is too short to tell', 6, { experiment: { serviceTime: '10ms' } }],
      ['the load has no batches', 6, { experiment: { load: 'closed' } }],
      [
        'several clients meet several servers',
        6,
        {
          proxies: ['a', 'b'].map((pod) =>
            proxy({
              pod,
              thresholds: five,
              endpoints: [endpoint(), endpoint({ pod: 'pyserver-1' })],
            }),
          ),
        },
      ],
      [
        'what was slow was refused',
        2,
        { requests: requests(1, { ...refused, refusedBy: 'timeout', endedMs: 50_000 }) },
      ],
      [
        'what was slow was cold',
        2,
        {
          requests: requests(1, { endedMs: 50_000, batch: 0 })
            .concat(requests(11, { batch: 1 }))
            .slice(1),
        },
      ],
    ])('keep silent where %s', (_, times, given) => {
      expect(slowest(times, given)).toEqual([]);
    });

    it('count the requests of a batch by all clients', () => {
      expect(slowest(5.9, { requests: [...requests(29), request({ endedMs: 6 * 5000 })] })).toEqual(
        [],
      );
    });
  });
});

describe('connections that the server closes', () => {
  const closing = { upstream_cx_total: 97, upstream_rq_total: 97, upstream_cx_close_notify: 97 };
  const NEW_EACH =
    'The proxy of envoy-0 made 97 connections to outbound|80||pyserver for 97 requests, as the server ' +
    'closes each after its answer (upstream_cx_close_notify 97): a request has a place in the queue ' +
    'until its own connection stands.';
  /** Gauges as the sampler leaves them: what did not change is not repeated. */
  const gauges = (
    waiting: [atMs: number, value: number][],
    active: [atMs: number, value: number][] = [[0, 0]],
    connections: [atMs: number, value: number][] = [[0, 20]],
  ): Cluster['gauges'] => {
    const series = (pairs: [number, number][]): Cluster['gauges'][string] => ({
      atMs: pairs.map(([atMs]) => atMs),
      value: pairs.map(([, value]) => value),
    });
    return {
      upstream_rq_pending_active: series(waiting),
      upstream_rq_active: series(active),
      upstream_cx_active: series(connections),
    };
  };
  const late = (duration: string, waiting: string): string =>
    `For ${duration} up to ${waiting} of the proxy of envoy-0 waited for connections that were being ` +
    'made: where more of them arrive than the server lets wait to be accepted (its backlog), TCP ' +
    'drops one and tries it again a second later. Each keeps its place in the queue meanwhile, and ' +
    'others find it full.';
  const saidOf = (given: Parameters<typeof proxy>[0]): string[] =>
    said({ proxies: [proxy({ pod: 'envoy-0', role: 'gateway', after: closing, ...given })] });

  it('are told where each answer ends one', () => {
    expect(saidOf({})).toEqual([NEW_EACH]);
  });

  it('are not told of a proxy that drains, nor where connections end by their age', () => {
    expect(saidOf({ after: { ...closing, upstream_cx_close_notify: 3 } })).toEqual([]);
    expect(saidOf({ after: { ...closing, upstream_cx_close_notify: 0 } })).toEqual([]);
    expect(saidOf({ before: closing })).toEqual([]);
  });

  it.each([
    [
      'a wait of most of a second',
      gauges([
        [100, 7],
        [400, 13],
        [1000, 0],
      ]),
      [late('0.9 s', '13 requests')],
    ],
    [
      'the longest of several',
      gauges([
        [100, 7],
        [700, 0],
        [900, 1],
        [1800, 0],
      ]),
      [late('0.9 s', '1 request')],
    ],
    [
      'no wait behind connections that all carry requests',
      gauges([[100, 7]], [[0, 20]], [[0, 20]]),
      [],
    ],
    [
      'a wait that ends when the connections carry requests, though others wait on',
      gauges(
        [[100, 7]],
        [
          [0, 0],
          [800, 20],
        ],
      ),
      [late('0.7 s', '7 requests')],
    ],
    [
      'no wait that is short, as any connect may be',
      gauges([
        [100, 7],
        [500, 0],
      ]),
      [],
    ],
    ['nothing that was not sampled', {}, []],
  ])('tell %s', (_, sampled, sentences) => {
    expect(saidOf({ gauges: sampled })).toEqual([NEW_EACH, ...sentences]);
  });

  it('tell no wait of kept connections, of which one worker may have some to spare', () => {
    const kept = { ...closing, upstream_cx_total: 20, upstream_cx_close_notify: 0 };
    expect(
      saidOf({
        after: kept,
        gauges: gauges([
          [0, 7],
          [5000, 0],
        ]),
      }),
    ).toEqual([]);
  });
});

describe('figures', () => {
  /** Large and different, so that one in the wrong place is no figure of these facts. */
  const figure = fc.integer({ min: 1000, max: 999_999 });
  const counters = fc.dictionary(fc.constantFrom(...COUNTERS), figure);
  const someLimits = fc.record({
    max_connections: fc.oneof(figure, fc.constant(UNLIMITED)),
    max_pending_requests: fc.oneof(figure, fc.constant(UNLIMITED)),
    max_requests: fc.oneof(figure, fc.constant(UNLIMITED)),
    max_retries: fc.oneof(figure, fc.constant(UNLIMITED)),
  });
  const someProxy = fc
    .record({
      role: fc.constantFrom('client' as const, 'gateway' as const, 'server' as const),
      thresholds: someLimits,
      after: counters,
      cx: figure,
      ejectedAt: fc.option(figure),
    })
    .map(({ cx, ejectedAt, ...rest }) =>
      proxy({
        ...rest,
        gauges: { upstream_cx_active: { atMs: [0], value: [cx] } },
        health: ejectedAt === null ? [] : [endpointHealth(ejectedAt * 10, 'FAILED')],
      }),
    );
  const someRequest = fc
    .record({
      refusedBy: fc.option(fc.constantFrom(...refusal.options)),
      flag: fc.constantFrom('', 'UO', 'URX'),
      warmUp: fc.boolean(),
    })
    .map(({ refusedBy, flag, warmUp }) =>
      request({ refusedBy, warmUp, batch: warmUp ? 0 : 1, flags: { client: flag, server: null } }),
    );

  /** Numbers that belong to a rule's own words. */
  const WORDS =
    /(?<![\d.])503(?!\d|\.\d)|Istio 1\.24|HTTP\/1\.1|healthy_panic_threshold 0|10 unless set|outbound\|80\||proxyConcurrency 1|py(client|server)-\d|5xx|[\d.]+ service times|%/g;

  function figuresOf({ requests: all, proxies, timeScale }: Observation): Set<number> {
    const sums = COUNTERS.flatMap((counter) =>
      (['client', 'gateway', 'server'] as const).map((role) =>
        proxies
          .filter((one) => one.role === role)
          .flatMap(({ clusters }) => clusters)
          .reduce((sum, { after }) => sum + (after[counter] ?? 0), 0),
      ),
    );
    const own = proxies.flatMap(({ concurrency, clusters }) => [
      concurrency,
      ...clusters.flatMap(({ thresholds, after, gauges, endpoints }) => [
        ...Object.values(thresholds),
        ...Object.values(after),
        ...(gauges['upstream_cx_active']?.value ?? []),
        endpoints.length,
        Math.round(100 / endpoints.length),
        ...endpoints.flatMap(({ health }) => health.map(({ atMs }) => atMs / 1000)),
      ]),
    ]);
    const counts = Array.from({ length: all.length + 1 }, (_, n) => n);
    const latencies = all.map(({ sentMs, endedMs }) => endedMs - sentMs);
    return new Set([...sums, ...own, ...counts, ...latencies, timeScale]);
  }

  it('are figures of the facts, each of them', () => {
    fc.assert(
      fc.property(
        fc.array(someProxy, { maxLength: 4 }),
        fc.array(someRequest, { maxLength: 12 }),
        fc.constantFrom('batch' as const, 'closed' as const, 'paced' as const),
        (proxies, some, load) => {
          const facts = observation({ proxies, requests: some, experiment: { load } });
          const figures = figuresOf(facts);
          for (const sentence of explain(facts)) {
            const numbers = sentence.replace(WORDS, ' ').match(/\d+(\.\d+)?/g) ?? [];
            expect(
              numbers.map(Number).filter((number) => !figures.has(number)),
              sentence,
            ).toEqual([]);
            expect(sentence).not.toMatch(/NaN|undefined|null|Infinity|4294967295/);
            expect(sentence).toMatch(/^[A-Za-z\d].*\.$/);
            expect(sentence).not.toMatch(
              /(?<![.\d])1 (answers|attempts|batches|connections|endpoints|requests|retries|times)\b/,
            );
          }
        },
      ),
    );
  });
});

/** Every rule of the explanation: what makes it speak, what it says, and when it must keep silent. */
import { describe, expect, it } from 'vitest';
import type { Request } from '../../../../experiment/observation.ts';
import { endpoint, limits, proxy, request } from '../logged.ts';
import { refused, requests } from '../observed.ts';
import { type Given, type Case, said, fiveAndOne } from './explained.ts';

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

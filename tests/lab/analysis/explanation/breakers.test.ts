/** Every rule of the explanation: what makes it speak, what it says, and when it must keep silent. */
import { describe, expect, it } from 'vitest';
import { limits, proxy, request } from '../logged.ts';
import { refused, refusedByServer, requests } from '../observed.ts';
import { type Case, said, fiveAndOne } from './explained.ts';

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
      'the queue of a client whose limit of active requests refused some as well',
      {
        requests: requests(4, refused),
        proxies: [
          proxy({ thresholds: fiveAndOne, after: { ...overflow, upstream_rq_active_overflow: 6 } }),
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

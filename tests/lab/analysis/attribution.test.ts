import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../experiment/expectation.ts';
import type { AccessLogEntry } from '../../../envoy/accessLog.ts';
import { type Answer, type LimitsOf, refusedBy } from '../../../lab/analysis/attribution.ts';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { entry, limits } from './logged.ts';

const pendingLimited: LimitsOf = () => limits({ max_connections: 5, max_pending_requests: 1 });
const requestsLimited: LimitsOf = () => limits({ max_requests: 3 });

const sentNowhere = { upstreamHost: undefined, upstreamLocalAddress: undefined };
const well = entry();
const overflow = entry({ status: 503, flags: 'UO', ...sentNowhere });

interface Case {
  readonly name: string;
  readonly answer: Answer;
  readonly client?: AccessLogEntry;
  readonly role?: 'client' | 'gateway';
  readonly server?: readonly AccessLogEntry[];
  readonly limitsOf?: LimitsOf;
  readonly wanted: Refusal | null;
}

describe('who refused a request', () => {
  it.each<Case>([
    { name: 'answered well', answer: { status: 200 }, client: well, server: [well], wanted: null },
    {
      name: 'answered well, at the second attempt',
      answer: { status: 200 },
      client: well,
      server: [overflow, well],
      wanted: null,
    },
    {
      name: 'answered well, without any proxy',
      answer: { status: 200 },
      wanted: null,
    },
    {
      name: "a client's error is an answer of the application",
      answer: { status: 404 },
      client: entry({ status: 404 }),
      server: [entry({ status: 404 })],
      wanted: null,
    },

    // Breakers
    {
      name: "UO in the client's log: its own breaker",
      answer: { status: 503 },
      client: overflow,
      wanted: 'client-proxy/pending',
    },
    {
      name: 'UO behind an injected delay',
      answer: { status: 503 },
      client: { ...overflow, flags: 'DI,UO' },
      wanted: 'client-proxy/pending',
    },
    {
      name: 'UO of a limit of active requests, which is met after the host was chosen',
      answer: { status: 503 },
      client: { ...overflow, upstreamHost: '127.0.0.1:33675' },
      limitsOf: requestsLimited,
      wanted: 'client-proxy/requests',
    },
    {
      name: "UO in the log of a client's gateway",
      answer: { status: 503 },
      client: overflow,
      role: 'gateway',
      wanted: 'gateway/pending',
    },
    {
      name: "UO in the server's log, nothing at the client: no retry was made",
      answer: { status: 503 },
      client: entry({ status: 503 }),
      server: [overflow],
      wanted: 'server-proxy/pending',
    },
    {
      name: "UO in the server's log, URX at the client: its retries ran out",
      answer: { status: 503 },
      client: entry({ status: 503, flags: 'URX' }),
      server: [overflow, overflow, overflow],
      wanted: 'server-proxy/pending',
    },
    {
      name: "UO in the server's log, of a limit of active requests",
      answer: { status: 503 },
      client: entry({ status: 503 }),
      server: [overflow],
      limitsOf: requestsLimited,
      wanted: 'server-proxy/requests',
    },
    {
      name: "UO in the server's log, of a client without a proxy",
      answer: { status: 503 },
      server: [overflow],
      wanted: 'server-proxy/pending',
    },
    {
      name: "UO of an earlier attempt does not make the last one's failure an overflow",
      answer: { status: 502 },
      client: entry({ status: 502, flags: 'URX' }),
      server: [overflow, entry({ status: 502 })],
      wanted: 'application',
    },

    // Other causes
    {
      name: "UF between the server's proxy and its application",
      answer: { status: 503 },
      client: entry({ status: 503 }),
      server: [entry({ status: 503, flags: 'UF' })],
      wanted: 'connection-failure',
    },
    {
      name: "UT: the route's timeout; the server's proxy only saw its caller go",
      answer: { status: 504 },
      client: entry({ status: 504, flags: 'UT' }),
      server: [entry({ status: 0, flags: 'DC' })],
      wanted: 'timeout',
    },
    {
      name: 'an error that no proxy flagged is the application’s',
      answer: { status: 502 },
      client: entry({ status: 502 }),
      server: [entry({ status: 502 })],
      wanted: 'application',
    },
    {
      name: 'an error that nobody logged',
      answer: { status: 503 },
      wanted: 'unknown',
    },

    // No answer
    {
      name: 'no answer, nobody logged anything: nobody was there',
      answer: { status: 0, error: 'ECONNREFUSED' },
      wanted: 'connection-failure',
    },
    {
      name: 'no answer: the proxy died, and the one behind it saw its caller go',
      answer: { status: 0, error: 'ECONNRESET' },
      server: [entry({ status: 0, flags: 'DC' })],
      wanted: 'connection-failure',
    },
    {
      name: 'no answer: the client gave up',
      answer: { status: 0, error: 'TIMEOUT' },
      client: entry({ status: 0, flags: 'DC' }),
      server: [entry({ status: 0, flags: 'DC' })],
      wanted: 'timeout',
    },
  ])('$name: $wanted', ({ answer, client, role, server, limitsOf, wanted }) => {
    const trace = { client, server: server ?? [], clientRole: role ?? 'client' };
    expect(refusedBy(answer, trace, limitsOf ?? pendingLimited)).toBe(wanted);
  });
});

describe("a flag in the log of the client's proxy alone", () => {
  it.each<[flags: string, what: string, status: number, Refusal]>([
    ['UH', 'every endpoint is ejected', 503, 'no-healthy-upstream'],
    ['NR', 'no route matches, whatever the status', 404, 'no-route'],
    ['NC', 'the route names a cluster that is not there', 503, 'no-route'],
    ['UF', 'the connection failed', 503, 'connection-failure'],
    ['UF,URX', 'retried in vain', 503, 'connection-failure'],
    ['UC', 'the upstream closed the connection', 503, 'connection-failure'],
    ['FI', 'an injected abort', 503, 'fault-injection'],
    ['FI', "an injected abort with a client's error", 404, 'fault-injection'],
  ])('%s: %s', (flags, _, status, wanted) => {
    const client = entry({ status, flags, ...sentNowhere });
    const trace = { client, server: [], clientRole: 'client' } as const;
    expect(refusedBy({ status }, trace, pendingLimited)).toBe(wanted);
  });
});

describe('which breaker was full', () => {
  it.each([
    ['no limit is known', undefined, 'client-proxy/overflow'],
    ['only pending requests are limited', { max_pending_requests: 1 }, 'client-proxy/pending'],
    [
      'pending requests and connections',
      { max_pending_requests: 1, max_connections: 5 },
      'client-proxy/pending',
    ],
    ['only active requests are limited', { max_requests: 3 }, 'client-proxy/requests'],
    [
      'both are limited: either may be full',
      { max_requests: 3, max_pending_requests: 1 },
      'client-proxy/overflow',
    ],
    [
      'only connections are limited, which never refuse by themselves',
      { max_connections: 5 },
      'client-proxy/overflow',
    ],
    [
      'the limit is the highest that is one',
      { max_pending_requests: UNLIMITED - 1 },
      'client-proxy/pending',
    ],
  ] as const)('%s: %j', (_, some, wanted) => {
    const limitsOf: LimitsOf = () => some && limits(some);
    const trace = { client: overflow, server: [], clientRole: 'client' } as const;
    expect(refusedBy({ status: 503 }, trace, limitsOf)).toBe(wanted);
  });

  it.each([
    [2, 'client-proxy/pending'],
    [3, 'client-proxy/pending'],
    [4, 'client-proxy/overflow'],
  ] as const)(
    'is not a limit of 3 active requests where at most %i were under way',
    (peak, wanted) => {
      const limitsOf: LimitsOf = () => limits({ max_requests: 3, max_pending_requests: 1 });
      const trace = { client: overflow, server: [], clientRole: 'client' } as const;
      expect(refusedBy({ status: 503 }, trace, limitsOf, peak)).toBe(wanted);
    },
  );

  it('is asked of the proxy that refused', () => {
    const asked: string[] = [];
    const limitsOf: LimitsOf = (logged, at) => {
      asked.push(`${at} ${logged.requestId}`);
      return undefined;
    };
    const client = entry({ requestId: 'near', status: 503 });
    const server = [
      { ...overflow, requestId: 'first' },
      { ...overflow, requestId: 'last' },
    ];
    refusedBy({ status: 503 }, { client, server, clientRole: 'client' }, limitsOf);
    refusedBy(
      { status: 503 },
      { client: { ...overflow, requestId: 'near' }, server: [], clientRole: 'client' },
      limitsOf,
    );
    expect(asked).toEqual(['server last', 'client near']);
  });
});

it('names a cause for every request without a good answer, and none for one with', () => {
  const flags = fc
    .subarray(['UO', 'UH', 'NR', 'UF', 'UC', 'UT', 'FI', 'DI', 'URX', 'DC', 'LR'])
    .map((some) => some.join(','));
  const logged = fc.record({ flags }).map(entry);
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(0, 500, 502, 503, 504), fc.integer({ min: 200, max: 399 })),
      fc.option(logged, { nil: undefined }),
      fc.array(logged, { maxLength: 3 }),
      (status, client, server) => {
        // Neither an abort nor a missing route has a status of these.
        fc.pre(status === 0 || status >= 500 || !/NR|FI/.test(client?.flags ?? ''));
        const refusal = refusedBy(
          { status },
          { client, server, clientRole: 'client' },
          pendingLimited,
        );
        expect(refusal === null).toBe(status >= 200 && status < 400);
      },
    ),
  );
});

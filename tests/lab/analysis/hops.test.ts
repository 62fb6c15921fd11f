import { describe, expect, it } from 'vitest';
import type { AccessLogEntry } from '../../../envoy/accessLog.ts';
import type { Role } from '../../../experiment/roles.ts';
import { explain } from '../../../lab/analysis/explanation/explain.ts';
import { type ProxyLog, requestsOf } from '../../../lab/analysis/requests.ts';
import type { Request } from '../../../experiment/observation.ts';
import { entry, response } from './logged.ts';
import { observation } from './observed.ts';

const START = Date.parse('2026-11-22T14:10:20.000Z');

interface Line extends Partial<AccessLogEntry> {
  /** When it began, in ms. */
  readonly at: number;
}

function log(role: Role, pod: string, { at, ...given }: Line): ProxyLog {
  const startTime = new Date(START + at).toISOString();
  return { role, pod: `shop/${pod}-0`, entry: entry({ startTime, durationMs: 10, ...given }) };
}

const outbound = (service: string): Partial<AccessLogEntry> => ({
  upstreamCluster: `outbound|80||${service}.shop.svc.cluster.local`,
  authority: service,
});
const fromClient = (given: Line): ProxyLog =>
  log('client', 'client', { ...outbound('front'), ...given });
const call = (pod: string, service: string, given: Line): ProxyLog =>
  log('server', pod, { ...outbound(service), ...given });
const arrived = (pod: string, given: Line): ProxyLog =>
  log('server', pod, { upstreamCluster: 'inbound|8080||', authority: pod, ...given });

const FAILED = { status: 503 };
const FULL = { status: 503, flags: 'UO', upstreamHost: undefined, upstreamLocalAddress: undefined };

/** The request that ended so, by what the proxies logged in any order. */
function joined(status: number, logs: readonly ProxyLog[]): Request {
  const [one] = requestsOf({
    ...{ startedAt: 1000, batches: 1, warmsUp: true, responses: [response({ status })], logs },
    podAt: (address) => address,
    workloadOf: (pod) => pod.replace(/^shop[/](.*)-0$/, '$1'),
    limitsOf: () => undefined,
  });
  return one ?? expect.fail('no request');
}

/** front calls back, which calls store. */
const whole = (...last: readonly ProxyLog[]): ProxyLog[] => [
  ...last,
  fromClient({ at: 0, status: 500, durationMs: 100 }),
  arrived('front', { at: 1, status: 500, durationMs: 98 }),
  call('front', 'back', { at: 2, status: 500, durationMs: 90 }),
  arrived('back', { at: 3, status: 500, durationMs: 88 }),
];

describe('a request that fails in a chain of services', () => {
  it("is refused where the called service's caller had no room", () => {
    const logs = [
      fromClient({ at: 0, status: 500, durationMs: 100 }),
      arrived('front', { at: 1, status: 500, durationMs: 98 }),
      call('front', 'back', { at: 2, ...FULL }),
    ];
    expect(joined(500, logs)).toMatchObject({
      refusedBy: 'client-proxy/overflow',
      hop: { caller: 'front', called: 'back' },
      attempts: 1,
      flags: { client: '', server: '' },
    });
  });

  it('is refused at the hop that lies deepest', () => {
    expect(joined(500, whole(call('back', 'store', { at: 4, ...FULL })))).toMatchObject({
      refusedBy: 'client-proxy/overflow',
      hop: { caller: 'back', called: 'store' },
    });
  });

  it("is refused by the called server's own proxy, whatever its caller retried", () => {
    const logs = whole(
      call('back', 'store', { at: 4, ...FAILED, durationMs: 20 }),
      arrived('store', { at: 5, ...FULL }),
      arrived('store', { at: 15, ...FULL }),
    );
    expect(joined(500, logs)).toMatchObject({
      refusedBy: 'server-proxy/overflow',
      hop: { caller: 'back', called: 'store' },
      attempts: 1,
    });
  });

  it('was answered so by the service that failed by itself', () => {
    const logs = whole(
      call('back', 'store', { at: 4, ...FAILED, durationMs: 20 }),
      arrived('store', { at: 5, ...FAILED }),
    );
    expect(joined(500, logs)).toMatchObject({
      refusedBy: 'application',
      hop: { caller: 'back', called: 'store' },
    });
  });

  it('has no hop where the first server failed by itself, or its proxy refused', () => {
    const own = [fromClient({ at: 0, status: 500 }), arrived('front', { at: 1, status: 500 })];
    expect(joined(500, own)).toMatchObject({ refusedBy: 'application' });
    expect(joined(500, own).hop).toBeUndefined();
    const full = [fromClient({ at: 0, ...FAILED }), arrived('front', { at: 1, ...FULL })];
    expect(joined(503, full)).toMatchObject({ refusedBy: 'server-proxy/overflow' });
    expect(joined(503, full).hop).toBeUndefined();
  });

  it('found no route', () => {
    const lost = { status: 404, flags: 'NR', upstreamCluster: undefined, authority: 'store:81' };
    expect(joined(500, whole(log('server', 'back', { at: 4, ...lost })))).toMatchObject({
      refusedBy: 'no-route',
      hop: { caller: 'back', called: 'store' },
    });
  });
});

describe('a client that asks a gateway by its own proxy', () => {
  const gateway = (given: Line): ProxyLog =>
    log('gateway', 'ingress', { ...outbound('back'), authority: 'front', ...given });
  const lines = [
    fromClient({ at: 0, status: 503, upstreamHost: '10.0.0.9:8080' }),
    gateway({ at: 0, ...FULL, flags: 'UH' }),
  ];

  it.each([
    ['first', lines],
    ['last', lines.toReversed()],
  ])('is refused by the gateway, whose line comes %s', (_, logs) => {
    expect(joined(503, logs)).toMatchObject({
      refusedBy: 'no-healthy-upstream',
      flags: { client: 'UH' },
      endpoint: null,
    });
  });
});

it('of calls one after the other the last that failed decides, and those before are survived', () => {
  const logs = [
    fromClient({ at: 0, status: 500, durationMs: 100 }),
    arrived('front', { at: 1, status: 500, durationMs: 98 }),
    call('front', 'details', { at: 2, ...FULL }),
    call('front', 'back', { at: 30, ...FAILED, durationMs: 20 }),
    arrived('back', { at: 31, ...FULL }),
  ];
  expect(joined(500, logs)).toMatchObject({
    refusedBy: 'server-proxy/overflow',
    hop: { caller: 'front', called: 'back' },
    survived: [{ caller: 'front', called: 'details', refusedBy: 'client-proxy/overflow' }],
  });
});

it('tells two callers of one service apart by the time of their calls', () => {
  const logs = [
    fromClient({ at: 0, durationMs: 100 }),
    arrived('front', { at: 1, durationMs: 98 }),
    call('front', 'store', { at: 2, durationMs: 10 }),
    arrived('store', { at: 3, durationMs: 8 }),
    call('front', 'back', { at: 20, durationMs: 60 }),
    arrived('back', { at: 21, durationMs: 58 }),
    call('back', 'store', { at: 40, ...FAILED, durationMs: 20 }),
    arrived('store', { at: 41, ...FULL }),
  ];
  const request = joined(200, logs);
  expect(request.refusedBy).toBeNull();
  expect(request.survived).toEqual([
    { caller: 'back', called: 'store', refusedBy: 'server-proxy/overflow' },
  ]);
});

it('is told in the explanation, by hop', () => {
  const refused = joined(500, whole(call('back', 'store', { at: 4, ...FULL })));
  const survived = joined(200, [
    fromClient({ at: 0, durationMs: 100 }),
    arrived('front', { at: 1, durationMs: 98 }),
    call('front', 'details', { at: 2, ...FULL }),
  ]);
  const sentences = explain(observation({ requests: [refused, refused, survived] }));
  expect(sentences).toContain(
    "2 of 3 requests were refused by the breaker of back's proxy for store.",
  );
  expect(sentences).toContain(
    "1 call of front to details failed by the breaker of front's proxy for details, and its request went on.",
  );
});

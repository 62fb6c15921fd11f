import type { Role } from '../../../experiment/roles.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessLogEntry } from '../../../envoy/accessLog.ts';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { type ProxyLog, type Records, requestsOf } from '../../../lab/analysis/requests.ts';
import { entry, response } from './logged.ts';

const PODS: Readonly<Record<string, string>> = {
  '127.0.0.1:1': 'pyserver-0',
  '127.0.0.1:2': 'pyserver-1',
};

function records(given: Partial<Records>): Records {
  return {
    startedAt: 1000,
    batches: 1,
    warmsUp: true,
    responses: [response()],
    logs: [],
    podAt: (address) => PODS[address] ?? address,
    limitsOf: () => undefined,
    ...given,
  };
}

function log(role: Role, pod: string, given: Partial<AccessLogEntry> = {}): ProxyLog {
  const own = role === 'server' ? { upstreamCluster: 'inbound|5000||' } : {};
  return { role, pod, entry: entry({ ...own, ...given }) };
}

const client = (given: Partial<AccessLogEntry> = {}): ProxyLog =>
  log('client', 'pyclient-0', { upstreamHost: '127.0.0.1:1', ...given });
const server = (given: Partial<AccessLogEntry> = {}): ProxyLog =>
  log('server', 'pyserver-0', { upstreamHost: '127.0.0.1:5000', ...given });

describe('a request', () => {
  it.each([
    [new Set(['pyclient-0']), 'unknown'],
    [new Set<string>(), 'connection-failure'],
  ])('without an answer or a line, where bytes go through the proxies of %j', (overTcp, cause) => {
    const responses = [response({ status: 0, error: 'ECONNRESET' })];
    const [one] = requestsOf(records({ responses, overTcp }));
    expect(one?.refusedBy).toBe(cause);
  });

  it('says nothing of how long its connection waited, and no connection of bytes is of a pool', () => {
    const bytes = { protocol: '-', status: 0 };
    const [one] = requestsOf(records({ logs: [server(bytes), client(bytes)] }));
    expect(one).not.toHaveProperty('waitedMs');
    expect(one?.warmUp).toBe(false);
  });

  it('joins what its client recorded with what both proxies logged', () => {
    const [one] = requestsOf(
      records({
        startedAt: 900,
        responses: [response({ sentAt: 1000.1234, endedAt: 1500.5 })],
        logs: [server({ durationMs: 500 }), client({ durationMs: 503 })],
      }),
    );
    expect(one).toEqual({
      id: '755e41be-b46e-4922-ac06-154cd736bf28',
      client: 'pyclient-0',
      batch: 0,
      warmUp: true,
      sentMs: 100.123,
      endedMs: 600.5,
      waitedMs: 3,
      status: 200,
      flags: { client: '', server: '' },
      endpoint: 'pyserver-0',
      attempts: 1,
      refusedBy: null,
    });
  });

  it('that was sent twice, or logged by one proxy alone, tells no time that it waited', () => {
    for (const logs of [[client(), server(), server()], [server()], [client()]]) {
      const [one] = requestsOf(records({ responses: [response()], logs }));
      expect(one).not.toHaveProperty('waitedMs');
    }
  });

  it("never reached a server where only the client's proxy logged it", () => {
    const refused = client({ status: 503, flags: 'UO', upstreamHost: undefined });
    const [one] = requestsOf(records({ responses: [response({ status: 503 })], logs: [refused] }));
    expect(one).toMatchObject({
      flags: { client: 'UO', server: null },
      endpoint: null,
      attempts: 0,
      refusedBy: 'client-proxy/overflow',
    });
  });

  it('without a sidecar has the pod that logged it for its endpoint', () => {
    const [one] = requestsOf(records({ logs: [server()] }));
    expect(one).toMatchObject({ flags: { client: null, server: '' }, endpoint: 'pyserver-0' });
  });

  it('without any proxy is known by its client alone', () => {
    const [one] = requestsOf(records({}));
    expect(one).toMatchObject({
      flags: { client: null, server: null },
      endpoint: null,
      attempts: 0,
      refusedBy: null,
    });
  });

  it('through a gateway is refused by the gateway', () => {
    const refused = log('gateway', 'istio-ingressgateway', { status: 503, flags: 'UO' });
    const [one] = requestsOf(records({ responses: [response({ status: 503 })], logs: [refused] }));
    expect(one).toMatchObject({ flags: { client: 'UO' }, refusedBy: 'gateway/overflow' });
  });

  it('keeps the error that its client saw', () => {
    const [one] = requestsOf(
      records({ responses: [response({ status: 0, error: 'ECONNREFUSED' })] }),
    );
    expect(one).toMatchObject({ error: 'ECONNREFUSED', refusedBy: 'connection-failure' });
  });

  it('has its attempts in the order of their starts, in whatever order they were read', () => {
    const first = { startTime: '2026-11-22T14:11:01.005Z', status: 503, flags: 'UO' };
    const second = { startTime: '2026-11-22T14:11:01.042Z', status: 502, flags: '' };
    const lines = [
      client({ status: 502, flags: 'URX', upstreamHost: '127.0.0.1:2' }),
      log('server', 'pyserver-1', second),
      log('server', 'pyserver-0', first),
    ];
    const [one] = requestsOf(records({ responses: [response({ status: 502 })], logs: lines }));
    expect(one).toMatchObject({
      attempts: 2,
      endpoint: 'pyserver-1',
      flags: { client: 'URX', server: '' },
      refusedBy: 'application',
    });
  });

  it('asks for the limits of the proxy that refused it', () => {
    const asked: string[] = [];
    const limits = {
      max_connections: UNLIMITED,
      max_pending_requests: 1,
      max_requests: UNLIMITED,
      max_retries: UNLIMITED,
    };
    const [one] = requestsOf(
      records({
        responses: [response({ status: 503 })],
        logs: [client({ status: 503 }), server({ status: 503, flags: 'UO' })],
        limitsOf: (pod) => {
          asked.push(pod);
          return limits;
        },
      }),
    );
    expect(one?.refusedBy).toBe('server-proxy/pending');
    expect(asked).toEqual(['pyserver-0']);
  });
});

describe('the fifteenth character of the id', () => {
  const HEX = Array.from('0123456789abcdef');

  it('is the proxies’ own: it says whether the request is traced', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(...HEX), fc.constantFrom(...HEX), (id, near, far) => {
        const traced = (bit: string): string => `${id.slice(0, 14)}${bit}${id.slice(15)}`;
        const [one] = requestsOf(
          records({
            responses: [response({ id })],
            logs: [client({ requestId: traced(near) }), server({ requestId: traced(far) })],
          }),
        );
        expect(one).toMatchObject({ id, attempts: 1, flags: { client: '', server: '' } });
      }),
    );
  });

  it('is the only one that may differ', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(35), (id, at) => {
        fc.pre(at !== 14 && id[at] !== '-');
        const other = id[at] === '0' ? '1' : '0';
        const requestId = `${id.slice(0, at)}${other}${id.slice(at + 1)}`;
        const [one] = requestsOf(
          records({ responses: [response({ id })], logs: [server({ requestId })] }),
        );
        expect(one).toMatchObject({ attempts: 0, flags: { server: null } });
      }),
    );
  });
});

describe('the requests of a run', () => {
  const uuid = (n: number): string => `${String(n).padStart(8, '0')}-b46e-4922-ac06-154cd736bf28`;

  it('are those of finished batches, in the order in which they were sent', () => {
    const all = [
      response({ id: uuid(1), batch: 1, sentAt: 3000 }),
      response({ id: uuid(2), batch: 0, sentAt: 2000 }),
      response({ id: uuid(3), batch: 2, sentAt: 4000 }),
      response({ id: uuid(4), batch: 0, sentAt: 1500 }),
    ];
    const seen = requestsOf(records({ batches: 2, responses: all }));
    expect(seen.map(({ id }) => id)).toEqual([uuid(4), uuid(2), uuid(1)]);
  });

  it('are warm from the first batch on in which no proxy’s pool grew', () => {
    const sent = [
      { batch: 0, near: 'a', far: 'a' },
      { batch: 0, near: 'b', far: 'a' },
      { batch: 1, near: 'a', far: 'a' },
      { batch: 1, near: 'b', far: 'b' },
      { batch: 2, near: 'b', far: 'b' },
      { batch: 2, near: 'c', far: 'a' },
      { batch: 3, near: 'a', far: 'b' },
    ].map((one, n) => ({ ...one, id: uuid(n) }));
    const logs = sent.flatMap(({ id, near, far }) => [
      client({ requestId: id, upstreamLocalAddress: near }),
      server({ requestId: id, upstreamLocalAddress: far }),
    ]);
    const responses = sent.map(({ id, batch }) => response({ id, batch }));
    const seen = requestsOf(records({ batches: 4, responses, logs }));
    expect(seen.map(({ batch, warmUp }) => `${batch} ${warmUp ? 'cold' : 'warm'}`)).toEqual([
      '0 cold',
      '0 cold',
      '1 cold',
      '1 cold',
      '2 warm',
      '2 warm',
      '3 warm',
    ]);
  });

  it('are all warm where the load has no batches to warm up with', () => {
    const responses = [0, 1].map((batch) => response({ id: uuid(batch), batch }));
    const logs = responses.map(({ id }) => client({ requestId: id, upstreamLocalAddress: id }));
    const seen = requestsOf(records({ batches: 2, warmsUp: false, responses, logs }));
    expect(seen.map(({ warmUp }) => warmUp)).toEqual([false, false]);
  });
});

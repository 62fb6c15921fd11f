import { describe, expect, it } from 'vitest';
import type { ServerBehaviour } from '../../apps/contract.ts';
import { Env } from '../../apps/common/env.ts';
import { readServerSettings } from '../../apps/server/settings.ts';
import { type App, closedPort, countingServer, gatedServer, startServer } from './support.ts';

type Server = App & { port: number; url: string };

function behaving(behaviour: ServerBehaviour, env: Record<string, string> = {}): Promise<Server> {
  return startServer({ BEHAVIOUR: JSON.stringify(behaviour), PATHS: 'any', SEED: '1', ...env });
}

async function statusOf(server: Server, path = '/'): Promise<number> {
  const response = await fetch(`${server.url}${path}`);
  await response.text();
  return response.status;
}

async function tookMs(server: Server, path = '/'): Promise<number> {
  const start = performance.now();
  await statusOf(server, path);
  return performance.now() - start;
}

describe('paths', () => {
  it('of any service answer 200 after the service time', async () => {
    const server = await behaving({ serviceTime: '60ms' });
    expect(await statusOf(server, '/productpage?u=test')).toBe(200);
    expect(await tookMs(server, '/anything')).toBeGreaterThan(58);
  });

  it('of httpbin delay and answer as they say, the delay shrunk with all times', async () => {
    const env = { PATHS: 'httpbin', TIME_SCALE: '0.05' };
    const server = await behaving({ serviceTime: '0s' }, env);
    expect(await tookMs(server, '/delay/2')).toBeGreaterThan(98);
    expect(await statusOf(server, '/status/503')).toBe(503);
    expect(await statusOf(server, '/status/418,418')).toBe(418);
    expect(await statusOf(server, '/get')).toBe(200);
  });
});

it('answers at each of its ports', async () => {
  const server = await startServer({ PORT: '0,0' });
  const [first, second] = server.events('listening')[0]?.['ports'] as number[];
  expect(first).not.toBe(second);
  for (const port of [first, second]) {
    expect((await fetch(`http://127.0.0.1:${String(port)}/index`)).status).toBe(200);
  }
});

it('draws its service time by the law, shrunk by the time scale', async () => {
  const server = await behaving({ serviceTime: 'samples(1s)' }, { TIME_SCALE: '0.1' });
  const ms = await tookMs(server);
  expect(ms).toBeGreaterThan(98);
  expect(ms).toBeLessThan(900);
});

it('lets requests above its concurrency wait in its own queue', async () => {
  const server = await behaving({ serviceTime: '100ms', concurrency: 2 });
  const times = await Promise.all(Array.from({ length: 5 }, () => tookMs(server)));
  const sorted = times.toSorted((a, b) => a - b);
  expect(sorted[1]).toBeLessThan(sorted[2] ?? 0);
  expect(sorted[2]).toBeGreaterThan(198);
  expect(sorted[4]).toBeGreaterThan(297);
});

it('drops from its queue who has gone, and finishes what it began', async () => {
  const server = await behaving({ serviceTime: '1s', concurrency: 1 });
  const first = tookMs(server);
  const gone = new AbortController();
  const waiting = fetch(server.url, { signal: gone.signal }).catch(() => 'gone');
  setTimeout(() => {
    gone.abort();
  }, 30);
  const last = await tookMs(server);
  expect(await waiting).toBe('gone');
  expect(await first).toBeGreaterThan(998);
  // Behind two it would be three service times.
  expect(last).toBeLessThan(2900);
});

describe('errors', () => {
  it('strike their share of the requests, with their status', async () => {
    const server = await behaving({ serviceTime: '0s', errors: [{ share: 0.5, status: 503 }] });
    const all = await Promise.all(Array.from({ length: 200 }, () => statusOf(server)));
    const failed = all.filter((status) => status === 503).length;
    expect(failed).toBeGreaterThan(60);
    expect(failed).toBeLessThan(140);
    expect(new Set(all)).toEqual(new Set([200, 503]));
  });

  it('take their own time', async () => {
    const server = await behaving({ serviceTime: '1h', errors: [{ after: '0s' }] });
    expect(await statusOf(server)).toBe(500);
  });

  it('come and go with the time since the first request', async ({ skip }) => {
    const errors = [{ status: 503, from: '1s', to: '3s' }];
    const server = await behaving({ serviceTime: '0s', errors }, { TIME_SCALE: '0.1' });
    const seen: { status: number; sentAt: number; endedAt: number }[] = [];
    const ask = async () => {
      const sentAt = performance.now();
      const one = { sentAt, status: await statusOf(server), endedAt: performance.now() };
      seen.push(one);
      return one;
    };
    const first = await ask();
    while ((seen.at(-1)?.sentAt ?? 0) < first.endedAt + 300) await ask();
    // When the server looked at a request is known to lie between two times only.
    const between = (from: number, to: number) =>
      seen
        .filter(
          ({ sentAt, endedAt }) => sentAt - first.endedAt >= from && endedAt - first.sentAt < to,
        )
        .map(({ status }) => status);
    skip(between(100, 300).length === 0, 'the machine was too busy');
    expect(first.status).toBe(200);
    expect(between(0, 100).filter((status) => status !== 200)).toEqual([]);
    expect(new Set(between(100, 300))).toEqual(new Set([503]));
    expect(new Set(between(300, Infinity))).toEqual(new Set([200]));
  });
});

it('closes its connections where it does not keep them', async () => {
  const server = await behaving({ serviceTime: '0s', keepAlive: false });
  expect((await fetch(server.url)).headers.get('connection')).toBe('close');
});

it('answers with a body of the size that is wanted', async () => {
  const server = await behaving({ serviceTime: '0s', responseBytes: 12_345 });
  expect(await (await fetch(server.url)).text()).toHaveLength(12_345);
});

describe('calls', () => {
  it('are made one after the other, with the id and the trace of the request', async () => {
    const called = await gatedServer();
    const calls = [{ url: called.url }, { url: `${called.url}?second`, requestBytes: 10 }];
    const server = await behaving({ serviceTime: '0s', calls });
    const headers = {
      'x-request-id': 'one',
      traceparent: 'trace',
      'user-agent': 'circuit-lab/1',
      cookie: 'no',
    };
    const answer = fetch(server.url, { headers });
    await called.arrived(1);
    expect(called.requests).toHaveLength(1);
    called.open();
    expect((await answer).status).toBe(200);
    const [first, second] = called.requests.map(({ request }) => request);
    for (const request of [first, second]) {
      expect(request?.headers).toMatchObject({
        'x-request-id': 'one',
        traceparent: 'trace',
        'user-agent': 'circuit-lab/1',
      });
      expect(request?.headers.cookie).toBeUndefined();
    }
    expect(second).toMatchObject({ method: 'POST', url: '/index?second' });
  });

  it('go through the proxy of the environment, by their own names', async () => {
    const proxy = await countingServer((response) => response.end('ok'));
    const http_proxy = `http://127.0.0.1:${proxy.port}`;
    const calls = [{ url: 'http://ratings:9080/ratings/0' }];
    const server = await behaving({ serviceTime: '0s', calls }, { http_proxy });
    expect(await statusOf(server)).toBe(200);
    expect(proxy.requests[0]?.request).toMatchObject({
      url: 'http://ratings:9080/ratings/0',
      headers: { host: 'ratings:9080' },
    });
  });

  it.each([
    [undefined, 500],
    [503, 503],
    [200, 200],
  ])('that fail make it answer, with callErrorStatus %s: %i', async (callErrorStatus, status) => {
    const failing = await countingServer((response) => {
      response.writeHead(503).end();
    });
    const calls = [{ url: failing.url, attempts: 2 }, { url: failing.url }];
    const server = await behaving({ serviceTime: '0s', calls, callErrorStatus });
    expect(await statusOf(server)).toBe(status);
    expect(failing.requests).toHaveLength(status === 200 ? 3 : 2);
  });

  it.each(['refused', 'too late'])('fail without an answer: %s', async (how) => {
    const silent = await gatedServer();
    const url = how === 'refused' ? `http://127.0.0.1:${await closedPort()}/` : silent.url;
    const server = await behaving({ serviceTime: '0s', calls: [{ url, timeout: '50ms' }] });
    expect(await statusOf(server)).toBe(500);
  });
});

it.each([
  ['[]', "BEHAVIOUR must be a JSON object, not '[]'"],
  ['{', "BEHAVIOUR must be a JSON object, not '{'"],
  ['{"serviceTime":"fast"}', "BEHAVIOUR: serviceTime is 'fast', which is none"],
  ['{"concurrency":0}', "BEHAVIOUR: concurrency is '0', which is none"],
  ['{"calls":[{"url":"x"}]}', "BEHAVIOUR: calls.url is 'x', which is none"],
])('refuses the behaviour %s', (BEHAVIOUR, message) => {
  expect(() => readServerSettings(new Env({ BEHAVIOUR }))).toThrow(message);
});

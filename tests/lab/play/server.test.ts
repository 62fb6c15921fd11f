/** The page's server answers whoever has its address, from this machine and from itself, and nobody else. */
import { once } from 'node:events';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { ASSETS } from '../../../lab/play/assets.ts';
import { PageServer, type Send } from '../../../lab/play/server.ts';

const asked: string[] = [];
const listening: Send[] = [];
const server = new PageServer({
  page: () => '<p>the page</p>',
  onControl(body) {
    if (body === 'bad') return Promise.reject(new LabError('it is bad'));
    asked.push(body);
    return Promise.resolve('done');
  },
  onListener: (send) => {
    listening.push(send);
    send('state', { load: 'on' });
  },
});
let url: URL;
beforeAll(async () => {
  url = new URL(await server.listen());
});
afterAll(() => {
  server.close();
});

async function ask(
  path: string,
  { method = 'GET', headers = {}, body = '' }: RequestOptions & { body?: string } = {},
): Promise<{ status: number | undefined; body: string; headers: IncomingMessage['headers'] }> {
  const { hostname, port } = url;
  const sent = request({ hostname, port, path, method, headers });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response), headers: response.headers };
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('the address', () => {
  it('is on loopback, and cannot be guessed', () => {
    expect(url.hostname).toBe('127.0.0.1');
    expect(url.pathname).toMatch(/^\/[\w-]{32}\/$/);
  });

  it('has the page, what it is made of, and nothing else', async () => {
    expect(await ask(url.pathname)).toMatchObject({ status: 200, body: '<p>the page</p>' });
    for (const name of ASSETS.keys()) {
      const { status, body } = await ask(url.pathname + name);
      expect({ name, status, isEmpty: body === '' }).toEqual({ name, status: 200, isEmpty: false });
    }
    expect((await ask(`${url.pathname}../server.ts`)).status).toBe(404);
    expect((await ask(`${url.pathname}control`)).status).toBe(404);
    expect((await ask(url.pathname, { method: 'DELETE' })).status).toBe(405);
  });

  it('lets the browser ask nobody else, nor be framed', async () => {
    const { headers } = await ask(url.pathname);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });
});

describe('refused with 403 is', () => {
  const own = (): string => url.pathname;
  it.each([
    ['an address without the token', () => '/', {}],
    ['a token with a letter less', () => `${own().slice(0, -2)}/`, {}],
    ['a token with another letter', () => own().replace(/.\/$/, '~/'), {}],
    ['the token without its slash', () => own().slice(0, -1), {}],
    ['another origin', own, { origin: 'http://evil.example' }],
    ['another port of this machine', own, { origin: 'http://127.0.0.1:1' }],
    ['an origin that has no name', own, { origin: 'null' }],
    ['another name for this machine', own, { host: 'evil.example' }],
    ['localhost, which a page may be told to be', own, { host: `localhost:1` }],
  ])('%s', async (_, path, headers) => {
    for (const method of ['GET', 'POST']) {
      const { status, body } = await ask(path(), { method, headers });
      expect({ status, body }).toEqual({
        status: 403,
        body: 'this page is for the one who started it\n',
      });
    }
  });
});

describe('a control', () => {
  const post = (body: string, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
    ask(`${url.pathname}control`, {
      method: 'POST',
      body,
      headers: { 'content-length': Buffer.byteLength(body), ...headers },
    });

  it('is handed on, and answered with what was done', async () => {
    const headers = { ...JSON_TYPE, origin: url.origin };
    expect(await post('{"do":"reset"}', headers)).toMatchObject({ status: 200, body: 'done' });
    expect(asked).toEqual(['{"do":"reset"}']);
  });

  it('that cannot be done says why', async () => {
    expect(await post('bad')).toMatchObject({ status: 400, body: 'it is bad' });
  });

  it('is no form, which another page could send', async () => {
    expect((await post('x', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('is not longer than any setting', async () => {
    expect((await post('x'.repeat(20_001))).status).toBe(413);
  });
});

it('tells a page that listens what it asks for, and then what comes', async () => {
  const { hostname, port } = url;
  const sent = request({ hostname, port, path: `${url.pathname}events` }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let seen = '';
  response.setEncoding('utf8').on('data', (piece: string) => (seen += piece));
  await expect.poll(() => seen).toBe('event: state\ndata: {"load":"on"}\n\n');
  server.send('moment', { atMs: 1 });
  await expect.poll(() => seen).toContain('event: moment\ndata: {"atMs":1}\n\n');
  expect(server.listeners).toBe(1);
  response.destroy();
  await expect.poll(() => server.listeners).toBe(0);
});

/** Which way a request goes, and how one is called that got no answer. */
import { describe, expect, it } from 'vitest';
import { closedPort, countingServer, gatedServer, startClient, number, tally } from '../support.ts';

describe('failures are status 0 with an error', () => {
  it('names a refused connection, and dates it after its start', async () => {
    const client = startClient({
      URL: `http://127.0.0.1:${await closedPort()}/`,
      BATCH_SIZE: '2',
      BATCHES: '1',
    });
    expect((await client.exited).code).toBe(0);
    for (const response of client.events('response')) {
      expect(response).toMatchObject({ status: 0, error: 'ECONNREFUSED' });
      expect(number(response, 'timeMs')).toBeGreaterThanOrEqual(0);
    }
    expect(client.events('response')).toHaveLength(2);
  });

  it('names a time-out, before the response and in the middle of its body', async () => {
    const server = await countingServer((response, index) => {
      if (index === 1) response.writeHead(200).write('the beginning');
    });
    const client = startClient({
      URL: server.url,
      BATCH_SIZE: '2',
      BATCHES: '1',
      TIMEOUT: '200ms',
    });
    await client.exited;
    expect(tally(client.events('response'), 'error')).toEqual({ TIMEOUT: 2 });
    expect(tally(client.events('response'), 'status')).toEqual({ 0: 2 });
  });

  it('names a connection that breaks, before the response and in the middle of its body', async () => {
    const server = await countingServer((response, index) => {
      if (index === 0) response.destroy();
      else response.writeHead(200, { 'content-length': '99' }).write('x', () => response.destroy());
    });
    const client = startClient({ URL: server.url, BATCH_SIZE: '2', BATCHES: '1' });
    await client.exited;
    expect(tally(client.events('response'), 'error')).toEqual({ ECONNRESET: 2 });
  });
});

describe('through a proxy', () => {
  const through = { URL: 'http://pyserver/index', BATCH_SIZE: '5', BATCHES: '1' };

  it('asks it for the very URL, with the service as host, on a connection for each', async () => {
    // Nobody resolves `pyserver` here: only a client that leaves the name to the proxy succeeds.
    const proxy = await gatedServer();
    const client = startClient({ ...through, http_proxy: `http://127.0.0.1:${proxy.port}` });
    await proxy.arrived(5);
    expect(proxy.connections()).toBe(5);
    for (const { request } of proxy.requests) {
      expect(request.url).toBe('http://pyserver/index');
      expect(request.headers.host).toBe('pyserver');
    }
    proxy.open();
    await client.exited;
    expect(tally(client.events('response'), 'status')).toEqual({ 200: 5 });
  });

  it('keeps the workers’ connections to it in a closed loop', async () => {
    const proxy = await countingServer((response) => response.end('ok'));
    const client = startClient({
      URL: 'http://pyserver/index',
      MODE: 'closed',
      WORKERS: '3',
      REQUESTS: '30',
      HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    await client.exited;
    expect(proxy.requests).toHaveLength(30);
    expect(proxy.requests[29]?.request.url).toBe('http://pyserver/index');
    expect(proxy.connections()).toBe(3);
  });

  it('goes around it for the hosts of NO_PROXY', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const client = startClient({
      ...through,
      URL: server.url,
      http_proxy: `http://127.0.0.1:${await closedPort()}`,
      NO_PROXY: '127.0.0.1',
    });
    await client.exited;
    expect(server.requests[0]?.request.url).toBe('/index');
    expect(tally(client.events('response'), 'status')).toEqual({ 200: 5 });
  });
});

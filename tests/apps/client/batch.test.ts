import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  closedPort,
  countingServer,
  gatedServer,
  startClient,
  startServer,
  number,
  tally,
} from '../support.ts';

/**
 * How many connections stand, whether the server has got round to accepting them or not. By their
 * other ends: where sockets come and go, the table may name one twice.
 */
function standingConnections(port: number): number {
  const local = port.toString(16).toUpperCase().padStart(4, '0');
  const ESTABLISHED = '01';
  const remotes = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address, , state]) => address?.endsWith(`:${local}`) && state === ESTABLISHED)
    .map(([, , remote]) => remote);
  return new Set(remotes).size;
}

describe('batch', () => {
  it('has all requests of a batch in flight at once, each on its own connection', async () => {
    // The gate opens when all have arrived: a client that sent one after the other would hang.
    const server = await gatedServer();
    const client = startClient({ URL: server.url, BATCH_SIZE: '25', BATCHES: '1' });
    await server.arrived(25);
    expect(server.connections()).toBe(25);
    server.open();
    expect(await client.exited).toEqual({ code: 0, stderr: '' });
    expect(tally(client.events('response'), 'status')).toEqual({ 200: 25 });
  });

  const onLinux = it.runIf(process.platform === 'linux');
  onLinux('holds its requests back until all connections stand', async () => {
    // A server below HTTP: it notes how many connections stood at the first byte of any.
    let atFirstByte: number | undefined;
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        // Whoever had this port before may still be called on it.
        if (!data.includes('/held-back')) return;
        atFirstByte ??= standingConnections(port);
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = startClient({
      URL: `http://127.0.0.1:${port}/held-back`,
      BATCH_SIZE: '40',
      BATCHES: '1',
    });
    await client.exited;
    server.close();
    expect(atFirstByte).toBeGreaterThanOrEqual(40);
  });

  it('finds a host by its name', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const client = startClient({
      URL: `http://localhost:${server.port}/index`,
      BATCH_SIZE: '10',
      BATCHES: '2',
      INTERVAL: '1ms',
    });
    await client.exited;
    expect(tally(client.events('response'), 'status')).toEqual({ 200: 20 });
  });

  it('opens new connections for each batch, and never lets batches overlap', async () => {
    let inFlight = 0;
    let most = 0;
    const server = await countingServer((response) => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.end('ok');
      }, 30);
    });
    // Each batch takes longer than the interval.
    const client = startClient({
      URL: server.url,
      BATCH_SIZE: '4',
      BATCHES: '3',
      INTERVAL: '1ms',
    });
    await client.exited;
    expect(server.connections()).toBe(12);
    expect(most).toBe(4);
    expect(tally(client.events('response'), 'batch')).toEqual({ 0: 4, 1: 4, 2: 4 });
  });

  it('spreads its requests evenly over BATCH_SPREAD, never closer, and says how', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const client = startClient({
      URL: server.url,
      BATCH_SIZE: '5',
      BATCHES: '1',
      BATCH_SPREAD: '80ms',
    });
    await client.exited;
    const [batch = {}] = client.events('batch');
    expect(batch).toMatchObject({ gapMs: 20 });
    const startedAt = number(batch, 'startedAt');
    const sentAt = client.events('sent').map((event) => number(event, 'sentAt'));
    sentAt.forEach((at, index) => {
      expect(at).toBeGreaterThanOrEqual(startedAt + 20 * index);
    });
  });

  it('starts batch k at k intervals after the first, never before', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const startAt = Date.now() + 300;
    const client = startClient({
      URL: server.url,
      BATCH_SIZE: '1',
      BATCHES: '4',
      INTERVAL: '50ms',
      START_AT: String(startAt),
      INITIAL_DELAY: '20ms',
    });
    await client.exited;
    for (const batch of client.events('batch')) {
      const due = startAt + 20 + number(batch, 'batch') * 50;
      expect(number(batch, 'startedAt')).toBeGreaterThanOrEqual(due);
    }
    expect(client.events('batch')).toHaveLength(4);
  });

  it('records each request with the id and the headers that the server saw', async () => {
    const server = await countingServer((response) => {
      response.setHeader('x-envoy-attempt-count', '2');
      response.setHeader('x-served-by', 'pyserver/v1');
      response.setHeader('x-else', 'not of interest');
      response.end('12345');
    });
    const client = startClient({
      URL: server.url,
      BATCH_SIZE: '3',
      BATCHES: '1',
      CLIENT_NAME: 'pyclient-1',
      HEADERS: '{"x-team": "blue"}',
    });
    await client.exited;
    const seen = server.requests.map(({ request }) => request.headers['x-request-id']);
    expect(new Set(seen).size).toBe(3);
    expect(client.events('sent').map((line) => line['id'])).toEqual(expect.arrayContaining(seen));
    expect(server.requests[0]?.request.headers['x-team']).toBe('blue');
    // Where a gateway replaces the x-request-id.
    expect(server.requests.map(({ request }) => request.headers['user-agent'])).toEqual(
      seen.map((id) => `circuit-lab/${String(id)}`),
    );
    for (const response of client.events('response')) {
      expect(seen).toContain(response['id']);
      expect(response).toMatchObject({
        client: 'pyclient-1',
        status: 200,
        bytes: 5,
        headers: { 'x-envoy-attempt-count': '2', 'x-served-by': 'pyserver/v1' },
      });
      const took = number(response, 'endedAt') - number(response, 'sentAt');
      expect(number(response, 'timeMs')).toBeCloseTo(took, 2);
    }
    expect(client.events('done')).toEqual([{ event: 'done', client: 'pyclient-1', requests: 3 }]);
  });

  it('prints the seed’s lines, and the kind of failure where the seed’s client crashed', async () => {
    const server = await startServer({ STATUS: '503' });
    const common = { LOG_FORMAT: 'text', BATCH_SIZE: '2', BATCHES: '1' };
    const answered = startClient({ ...common, URL: `${server.url}/index` });
    await answered.exited;
    expect(answered.lines[0]).toBe('----------START BATCH----------');
    const line = /^STATUS: 503, START: \d\d:\d\d:\d\d, END: \d\d:\d\d:\d\d, TIME: \d+\.\d{4}$/;
    expect(answered.lines.slice(1)).toEqual([
      expect.stringMatching(line),
      expect.stringMatching(line),
    ]);

    const refused = startClient({ ...common, URL: `http://127.0.0.1:${await closedPort()}/` });
    await refused.exited;
    expect(refused.lines[1]).toMatch(/^STATUS: 0, .*, ERROR: ECONNREFUSED$/);
  });
});

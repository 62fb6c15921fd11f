import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  closedPort,
  countingServer,
  gatedServer,
  rawConnection,
  startClient,
  startServer,
  type Line,
} from './support.ts';

const number = (line: Line | undefined, key: string): number => line?.[key] as number;
const tally = (lines: Line[], key: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const line of lines) counts[String(line[key])] = (counts[String(line[key])] ?? 0) + 1;
  return counts;
};

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

describe('closed', () => {
  it('sends 200 requests over 50 kept connections, one at a time on each, as hey does', async () => {
    const busy = new Set<net.Socket>();
    let overlaps = 0;
    const perConnection = new Map<net.Socket, number>();
    const server = await countingServer((response, _index, { socket }) => {
      if (busy.has(socket)) overlaps += 1;
      busy.add(socket);
      perConnection.set(socket, (perConnection.get(socket) ?? 0) + 1);
      setTimeout(() => {
        busy.delete(socket);
        response.end('ok');
      }, 2);
    });
    const client = startClient({ URL: server.url, MODE: 'closed' });
    expect((await client.exited).code).toBe(0);
    expect([...perConnection.values()]).toEqual(Array.from({ length: 50 }, () => 4));
    expect(overlaps).toBe(0);
    expect(client.events('batch')).toMatchObject([{ batch: 0, size: 200 }]);
    expect(tally(client.events('response'), 'status')).toEqual({ 200: 200 });
  });

  it('has all workers waiting at once, and sends no more than asked where it does not divide', async () => {
    const server = await gatedServer();
    const client = startClient({ URL: server.url, MODE: 'closed', WORKERS: '4', REQUESTS: '10' });
    await server.arrived(4);
    expect(server.requests).toHaveLength(4);
    server.open();
    await client.exited;
    expect(server.requests).toHaveLength(10);
    const indexes = client.events('sent').map((line) => number(line, 'index'));
    expect(indexes.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('paced', () => {
  const paced = { MODE: 'paced', INTERVAL: '10ms' };

  it('keeps its schedule while the server stalls: no request waits for an earlier one', async () => {
    const server = await gatedServer();
    const client = startClient({ ...paced, URL: server.url, REQUESTS: '12' });
    // None is answered until the last has arrived: with one wait among them this would hang.
    await server.arrived(12);
    expect(server.connections()).toBe(12);
    server.open();
    await client.exited;
    const sent = client.events('sent');
    const first = number(sent[0], 'sentAt');
    sent.forEach((line, k) => {
      expect(number(line, 'sentAt')).toBeCloseTo(first + k * 10, 2);
    });
    for (const response of client.events('response')) {
      const took = number(response, 'endedAt') - number(response, 'sentAt');
      expect(number(response, 'timeMs')).toBeCloseTo(took, 2);
    }
  });

  it('counts latency from the time a request was due, also where the client itself stood still', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const client = startClient({ ...paced, URL: server.url, REQUESTS: '200' });
    await client.until(() => client.events('sent')[0]);
    client.signal('SIGSTOP');
    const stoppedAt = Date.now();
    while (Date.now() < stoppedAt + 300) await new Promise((resolve) => setTimeout(resolve, 5));
    const wokenAt = Date.now();
    client.signal('SIGCONT');
    await client.exited;

    const responses = client.events('response');
    expect(responses).toHaveLength(200);
    // Due while the client stood still, with room for the signal's way.
    const overslept = responses.filter(
      (line) => number(line, 'sentAt') > stoppedAt + 50 && number(line, 'sentAt') < wokenAt,
    );
    expect(overslept.length).toBeGreaterThan(20);
    for (const line of overslept) {
      // Clocks of two processes: equal to within a few milliseconds.
      expect(number(line, 'timeMs')).toBeGreaterThan(wokenAt - number(line, 'sentAt') - 5);
    }
  });

  it('records a request beyond MAX_IN_FLIGHT instead of sending it', async () => {
    const server = await gatedServer();
    const client = startClient({ ...paced, URL: server.url, REQUESTS: '6', MAX_IN_FLIGHT: '2' });
    await client.until(() => client.events('response').length === 4);
    server.open();
    await client.exited;
    expect(server.requests).toHaveLength(2);
    expect(client.events('sent')).toHaveLength(2);
    expect(tally(client.events('response'), 'error')).toEqual({ MAX_IN_FLIGHT: 4, undefined: 2 });
    expect(client.events('done')).toMatchObject([{ requests: 6 }]);
  });
});

describe('the end', () => {
  it('lets requests in flight finish, sends no more, and exits with 0', async () => {
    const server = await gatedServer();
    const client = startClient({ URL: server.url, BATCH_SIZE: '3', INTERVAL: '1ms' });
    await server.arrived(3);
    client.signal('SIGTERM');
    // The signal is on its way: what is asserted holds whether it comes before or after.
    server.open();
    expect(await client.exited).toEqual({ code: 0, stderr: '' });
    expect(tally(client.events('response'), 'status')).toEqual({
      200: client.events('sent').length,
    });
    expect(client.events('done')).toHaveLength(1);
  });

  it('gives up requests that outlast GRACE, and says so', async () => {
    const server = await gatedServer();
    const client = startClient({ URL: server.url, BATCH_SIZE: '3', GRACE: '50ms' });
    await server.arrived(3);
    client.signal('SIGINT');
    expect((await client.exited).code).toBe(0);
    expect(tally(client.events('response'), 'error')).toEqual({ STOPPED: 3 });
    expect(client.events('done')).toHaveLength(1);
  });

  it('does not wait for the next batch', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const client = startClient({ URL: server.url, BATCH_SIZE: '1', INTERVAL: '1h' });
    await client.until(() => client.events('response')[0]);
    client.signal('SIGTERM');
    expect((await client.exited).code).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  it('ends at once at the second signal', async () => {
    const server = await gatedServer();
    const client = startClient({ URL: server.url, GRACE: '1h' });
    await server.arrived(10);
    client.signal('SIGTERM');
    client.signal('SIGINT');
    expect((await client.exited).code).toBe(1);
  });

  it('goes with its parent if told to: the end of stdin ends it', async () => {
    const server = await gatedServer();
    const client = startClient({ URL: server.url, EXIT_WITH_PARENT: '1' });
    await server.arrived(10);
    client.endStdin();
    expect((await client.exited).code).toBe(0);
    expect(client.events('done')).toEqual([]);
  });

  it('answers probes on HEALTH_PORT', async () => {
    const server = await gatedServer();
    const port = await closedPort();
    startClient({ URL: server.url, HEALTH_PORT: String(port) });
    await server.arrived(10);
    const probe = await rawConnection(port);
    probe.socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await probe.closed;
    expect(probe.received()).toMatch(/^HTTP\/1.1 200 /);
  });

  it('with a HEALTH_PORT rests when it has sent everything, and still answers probes', async () => {
    const server = await startServer({ DELAY: '0s' });
    const port = await closedPort();
    const client = startClient({
      MODE: 'closed',
      WORKERS: '2',
      REQUESTS: '4',
      URL: server.url,
      HEALTH_PORT: String(port),
    });
    await client.until(() => client.events('done').length === 1);
    const probe = await rawConnection(port);
    probe.socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await probe.closed;
    expect(probe.received()).toMatch(/^HTTP\/1.1 200 /);
    client.signal('SIGTERM');
    expect((await client.exited).code).toBe(0);
    expect(client.events('response')).toHaveLength(4);
  });
});

describe('START_AT=stdin', () => {
  it('says that it is ready, and sends nothing before it is told when', async () => {
    const server = await countingServer((response) => response.end('ok'));
    const client = startClient({
      URL: server.url,
      BATCH_SIZE: '2',
      BATCHES: '1',
      START_AT: 'stdin',
    });
    await client.until(() => client.events('ready').length === 1);
    expect(server.connections()).toBe(0);
    const startAt = Date.now() + 100;
    client.tell(`${startAt}\n`);
    expect((await client.exited).code).toBe(0);
    expect(client.events('batch')[0]).toMatchObject({ dueAt: startAt });
    expect(number(client.events('sent')[0], 'sentAt')).toBeGreaterThanOrEqual(startAt);
    expect(server.requests).toHaveLength(2);
  });

  it('refuses a line that is no time', async () => {
    const client = startClient({ START_AT: 'stdin' });
    client.tell('soon\n');
    expect(await client.exited).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not 'soon'") as string,
    });
  });
});

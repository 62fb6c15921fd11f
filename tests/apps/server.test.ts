import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '../../apps/common/random.ts';
import { rawConnection, startApp, startServer, type Connection } from './support.ts';

describe('answers', () => {
  it('says who answers, in the body and in a header', async () => {
    const server = await startServer({ NAME: 'pyserver', VERSION: 'v2' });
    const response = await fetch(`${server.url}/index?x=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-served-by')).toBe('pyserver/v2');
    expect(await response.text()).toBe('pyserver/v2\n');
  });

  it('answers 404 on other paths and 200 on /healthz, both without the delay', async () => {
    // An hour of service time: were it applied, the test would never end.
    const server = await startServer({ DELAY: '1h' });
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('fails from its start where STATUS says so, until /pass, and again after /fail', async () => {
    const server = await startServer({ STATUS: '502' });
    const index = async (): Promise<number> => (await fetch(`${server.url}/index`)).status;
    const seen = [await index()];
    await fetch(`${server.url}/pass`, { method: 'POST' });
    seen.push(await index());
    const switched = await fetch(`${server.url}/fail`);
    seen.push(await index());
    expect(seen).toEqual([502, 200, 502]);
    expect(await switched.text()).toBe('/index answers 502\n');
    expect((await fetch(`${server.url}/pass`, { method: 'DELETE' })).status).toBe(405);
  });

  it('lets a request wait for its service time', async () => {
    const server = await startServer({ DELAY: '100ms' });
    const start = performance.now();
    await fetch(`${server.url}/index`);
    // A timer may be a millisecond early.
    expect(performance.now() - start).toBeGreaterThan(98);
  });

  it('serves any number of requests at once, and counts them', async () => {
    const server = await startServer({ DELAY: '1h', LOG: 'requests' });
    for (let n = 0; n < 20; n++) {
      const { socket } = await rawConnection(server.port);
      socket.write('GET /index HTTP/1.1\r\nHost: x\r\n\r\n');
    }
    const inFlight = (): unknown => server.events('request').at(-1)?.['inFlight'];
    while (inFlight() !== 20) await fetch(`${server.url}/healthz`);
  });

  it('keeps idle connections: it announces no keep-alive timeout of its own', async () => {
    const server = await startServer();
    const connection = await rawConnection(server.port);
    connection.socket.write('GET /index HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(connection.socket, 'data');
    // Node would say `Keep-Alive: timeout=5`, and close after that.
    expect(connection.received()).toMatch(/^Connection: keep-alive\r$/m);
    expect(connection.received()).not.toMatch(/^Keep-Alive:/im);
  });

  it('closes each connection after its answer where KEEP_ALIVE is 0, as HTTP/1.0 does', async () => {
    const server = await startServer({ KEEP_ALIVE: '0' });
    const connection = await rawConnection(server.port);
    connection.socket.write('GET /index HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
    await connection.closed;
    const [head = '', body] = connection.received().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 200 OK\r$/m);
    expect(head).toMatch(/^connection: close\r$/im);
    // The answer's length is known, so that it is whole before the connection is seen to end.
    expect(head).toMatch(new RegExp(`^content-length: ${body?.length ?? 0}$`, 'im'));
  });

  it.runIf(process.platform === 'linux').each([
    ['1', 2],
    ['511', 8],
  ])(
    'lets BACKLOG %s connections wait to be accepted: %d of 8 stand',
    async (backlog, standing) => {
      const server = await startServer({ BACKLOG: backlog });
      // Who is stopped accepts nothing. Linux lets one more wait than it is told to.
      server.signal('SIGSTOP');
      let connected = 0;
      for (let n = 0; n < 8; n++) {
        const socket = net.connect(server.port, '127.0.0.1', () => (connected += 1));
        onTestFinished(() => {
          socket.on('error', () => undefined).destroy();
        });
      }
      // On loopback a connection that is taken stands at once: those begun before this one do.
      const other = await startServer();
      await rawConnection(other.port);
      expect(connected).toBe(standing);
    },
  );

  it('forgets a request whose client has gone', async () => {
    const server = await startServer({ DELAY: '1h', LOG: 'requests' });
    const gone = new AbortController();
    const request = fetch(`${server.url}/index`, { signal: gone.signal });
    const caught = request.catch(() => undefined);
    const second = await rawConnection(server.port);
    second.socket.write('GET /index HTTP/1.1\r\nHost: x\r\nx-request-id: two\r\n\r\n');
    gone.abort();
    await caught;
    second.socket.destroy();
    await server.until(() => server.events('request').length === 2);
    // Nothing is left to wait for: a stop ends the process although the hour is not over.
    server.signal('SIGTERM');
    expect((await server.exited).code).toBe(0);
    expect(server.events('request')).toContainEqual(
      expect.objectContaining({ path: '/index', status: 0, id: 'two' }),
    );
    expect(server.events('request').at(-1)).toMatchObject({ inFlight: 0 });
  });

  it('logs no requests unless asked to', async () => {
    const server = await startServer();
    await fetch(`${server.url}/index`);
    server.signal('SIGTERM');
    await server.exited;
    const events = server.lines.map((line) => (JSON.parse(line) as { event: string }).event);
    // A busy machine may have kept it from running, which it says.
    expect(events.filter((event) => event !== 'lag')).toEqual(['listening', 'stopped']);
  });
});

describe('random service times', () => {
  it('repeats the same numbers for the same seed, in [0, 1), and others for another', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 1000 }, () => random());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    const numbers = draw(7);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((sum, number) => sum + number) / 1000).toBeCloseTo(0.5, 1);
  });

  it('draws between DELAY_MIN and DELAY_MAX', async () => {
    const server = await startServer({ DELAY: '', DELAY_MIN: '0s', DELAY_MAX: '20ms', SEED: '1' });
    expect((await fetch(`${server.url}/index`)).status).toBe(200);
  });
});

describe('the end', () => {
  /** Resolves when the server has answered a request that was sent after the others. */
  async function answeredConnection(port: number): Promise<Connection> {
    const connection = await rawConnection(port);
    connection.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(connection.socket, 'data');
    return connection;
  }

  /** Resolves when nobody listens on the port any more. */
  async function refused(port: number): Promise<void> {
    for (;;) {
      try {
        await rawConnection(port);
      } catch {
        return;
      }
    }
  }

  it('finishes what is in flight, closes what is idle, and exits with 0', async () => {
    const server = await startServer({ DELAY: '1s' });
    const unused = await rawConnection(server.port);
    const busy = await rawConnection(server.port);
    busy.socket.write('GET /index HTTP/1.1\r\nHost: x\r\n\r\n');
    const kept = await answeredConnection(server.port);

    server.signal('SIGTERM');
    await kept.closed;
    await refused(server.port);
    await Promise.all([busy.closed, unused.closed]);
    expect(busy.received()).toMatch(/^HTTP\/1.1 200 /);
    // So it was answered after the signal.
    expect(busy.received()).toMatch(/^connection: close\r$/im);
    expect(await server.exited).toEqual({ code: 0, stderr: '' });
    expect(server.events('stopped')).toHaveLength(1);
  });

  it('tells probes that still reach it that it is stopping', async () => {
    const server = await startServer({ DELAY: '1h' });
    const busy = await rawConnection(server.port);
    busy.socket.write('GET /index HTTP/1.1\r\nHost: x\r\n\r\n');
    const halfway = await rawConnection(server.port);
    halfway.socket.write('GET /healthz HTTP/1.1\r\n');
    const kept = await answeredConnection(server.port);

    server.signal('SIGTERM');
    await kept.closed;
    halfway.socket.write('Host: x\r\n\r\n');
    await halfway.closed;
    expect(halfway.received()).toMatch(/^HTTP\/1.1 503 /);
  });

  it('ends at once at the second signal', async () => {
    const server = await startServer({ DELAY: '1h' });
    const busy = await rawConnection(server.port);
    busy.socket.write('GET /index HTTP/1.1\r\nHost: x\r\n\r\n');
    const kept = await answeredConnection(server.port);
    server.signal('SIGINT');
    await kept.closed;
    server.signal('SIGINT');
    expect((await server.exited).code).toBe(1);
  });

  it('goes with its parent if told to: the end of stdin ends it, requests or not', async () => {
    const server = await startServer({ DELAY: '1h', EXIT_WITH_PARENT: '1' });
    const busy = await rawConnection(server.port);
    busy.socket.write('GET /index HTTP/1.1\r\nHost: x\r\n\r\n');
    server.endStdin();
    expect((await server.exited).code).toBe(0);
  });

  it('outlives its stdin if not told to', async () => {
    const server = await startServer();
    server.endStdin();
    expect((await fetch(`${server.url}/index`)).status).toBe(200);
  });

  it('says in one line that a port is taken', async () => {
    const first = await startServer();
    const second = startApp('server', { HOST: '127.0.0.1', PORT: String(first.port) });
    const { code, stderr } = await second.exited;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^server: cannot listen: .*EADDRINUSE.*\n$/);
  });
});

describe('where LIVE is set', () => {
  it('behaves by what it is told last, over what it was started with', async () => {
    const server = await startServer({ LIVE: '1', DELAY: '1h', STATUS: '502' });
    const index = async (): Promise<number> => (await fetch(`${server.url}/index`)).status;
    const behaviour = JSON.stringify({ serviceTime: '0s', errors: [{ status: 504 }] });
    // What is told is read by and by; a request that came before it waits an hour.
    const until = async (status: number): Promise<void> => {
      for (;;) {
        const signal = AbortSignal.timeout(500);
        const seen = await fetch(`${server.url}/index`, { signal }).then(
          (response) => response.status,
          () => 0,
        );
        if (seen === status) return;
      }
    };
    server.tell(`${JSON.stringify({ DELAY: '1ms', STATUS: '' })}\n`);
    await until(200);
    expect(await index()).toBe(200);
    server.tell(`${JSON.stringify({ BEHAVIOUR: behaviour })}\n`);
    await until(504);
    server.tell(`${JSON.stringify({ DELAY: '1ms' })}\n`);
    await until(502);
    expect(await index()).toBe(502);
  });

  it('ends with a word for a variable that it does not know how to use', async () => {
    const server = await startServer({ LIVE: '1' });
    server.tell(`${JSON.stringify({ DELAY: 'soon' })}\n`);
    const { code, stderr } = await server.exited;
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain('DELAY must be a duration with its unit');
  });
});

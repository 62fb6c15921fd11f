/** How a client begins and ends, whichever way it sends. */
import { describe, expect, it } from 'vitest';
import {
  closedPort,
  countingServer,
  gatedServer,
  rawConnection,
  startClient,
  startServer,
  number,
  tally,
} from '../support.ts';

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

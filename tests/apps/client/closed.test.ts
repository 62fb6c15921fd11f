import type net from 'node:net';
import { describe, expect, it } from 'vitest';
import { countingServer, gatedServer, startClient, number, tally } from '../support.ts';

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

  it.each(['2', '3'])('divides its workers among %s threads, and logs as one', async (THREADS) => {
    const server = await gatedServer();
    const load = { MODE: 'closed', WORKERS: '5', REQUESTS: '23', THREADS };
    const client = startClient({ URL: server.url, ...load });
    await server.arrived(5);
    expect(server.requests).toHaveLength(5);
    server.open();
    expect((await client.exited).code).toBe(0);
    expect(client.events('batch')).toMatchObject([{ batch: 0, size: 23 }]);
    const indexes = client.events('response').map((line) => number(line, 'index'));
    expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, n) => n));
    expect(tally(client.events('response'), 'status')).toEqual({ 200: 23 });
    expect(client.events('done')).toMatchObject([{ requests: 23 }]);
  });

  it('gives up what its threads have under way when its grace is over', async () => {
    const server = await gatedServer();
    const load = { MODE: 'closed', WORKERS: '4', REQUESTS: '40', THREADS: '2', GRACE: '50ms' };
    const client = startClient({ URL: server.url, ...load });
    await server.arrived(4);
    client.signal('SIGTERM');
    expect(await client.exited).toEqual({ code: 0, stderr: '' });
    expect(server.requests).toHaveLength(4);
    expect(tally(client.events('response'), 'error')).toEqual({ STOPPED: 4 });
  });
});

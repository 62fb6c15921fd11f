import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Exchange } from '../../../apps/client/exchange.ts';
import { Target } from '../../../apps/client/target.ts';

it('connects at once, and sends nothing before it is told to', async () => {
  const received = new Map<net.Socket, string>();
  const ends: string[] = [];
  const server = net.createServer((socket) => {
    received.set(socket, '');
    ends.push(`${socket.remoteAddress}:${socket.remotePort}`);
    socket.setEncoding('utf8').on('data', (text: string) => {
      received.set(socket, (received.get(socket) ?? '') + text);
      socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/index`);
  const target = new Target({ url, headers: {}, timeoutMs: 10_000 });
  const open = (): Exchange => new Exchange(target);

  const held = open();
  await held.connected;
  // A whole exchange after it: whatever the first had sent would have arrived by now.
  const other = open();
  other.send();
  expect(await other.outcome).toMatchObject({ status: 204, from: ends[1] });
  const texts = [...received.values()];
  expect(texts).toEqual(['', expect.stringContaining(`x-request-id: ${other.id}`)]);

  held.send();
  const { status, endedAt } = await held.outcome;
  expect(status).toBe(204);
  expect(held.sentAt).toBeGreaterThan(other.sentAt);
  expect(endedAt).toBeGreaterThanOrEqual(held.sentAt);
  server.close();
});

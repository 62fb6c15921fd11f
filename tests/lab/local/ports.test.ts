import { once } from 'node:events';
import net from 'node:net';
import { expect, it } from 'vitest';
import { holdPort, listeningAt, listenersOf } from '../../../lab/local/ports.ts';

it.runIf(process.platform === 'linux')(
  'holds a port for a process that listens there before it is released',
  async () => {
    const held = await holdPort();
    // Nobody else is given it, nor may take it.
    const stranger = net.createServer().listen(held.port, '127.0.0.1');
    const [error] = (await once(stranger, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('EADDRINUSE');

    const server = net.createServer((socket) => socket.end('mine'));
    server.listen({ port: held.port, host: '127.0.0.1', reusePort: true });
    await once(server, 'listening');
    held.release();
    for (let n = 0; n < 20; n += 1) {
      const socket = net.connect(held.port, '127.0.0.1').setEncoding('utf8');
      expect((await once(socket, 'data'))[0]).toBe('mine');
    }
    server.close();
  },
);

it('gives each listener the port that was taken for it', async () => {
  const bootstrap = {
    static_resources: { listeners: [{ name: 'a' }, { name: 'b' }], clusters: [] },
  };
  expect(listenersOf(bootstrap)).toEqual(['a', 'b']);
  const [a, b] = [await holdPort(), await holdPort()];
  expect(a.port).not.toBe(b.port);
  const at = (port: number): object => ({
    socket_address: { address: '127.0.0.1', port_value: port },
  });
  const ports = new Map([
    ['a', a],
    ['b', b],
  ]);
  expect(listeningAt(bootstrap, ports)).toEqual({
    static_resources: {
      listeners: [
        { name: 'a', address: at(a.port) },
        { name: 'b', address: at(b.port) },
      ],
      clusters: [],
    },
  });
  for (const held of [a, b]) held.release();
});

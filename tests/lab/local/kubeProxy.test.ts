import { once } from 'node:events';
import net, { type AddressInfo, type Server } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type KubeProxy, startKubeProxy } from '../../../lab/local/kubeProxy.ts';

const open: { close: () => void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return (server.address() as AddressInfo).port;
}

/** Says its name and what it was sent, once it was sent everything. */
function endpoint(name: string): Promise<number> {
  return listen(
    net.createServer({ allowHalfOpen: true }, (socket) => {
      const parts: Buffer[] = [];
      socket.on('error', () => undefined);
      socket.on('data', (part: Buffer) => parts.push(part));
      socket.on('end', () => socket.end(`${name} ${Buffer.concat(parts).toString()}`));
    }),
  );
}

async function proxyTo(ports: readonly number[]): Promise<KubeProxy> {
  const proxy = await startKubeProxy(ports);
  open.push({
    close() {
      proxy.stop();
    },
  });
  return proxy;
}

/** What comes back on a connection of its own until it is closed. */
async function ask(port: number, text: string): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  socket.on('error', () => undefined);
  socket.end(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

it('sends each new connection to the next endpoint', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const ports = await Promise.all(names.map(endpoint));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 9 }),
      async (endpoints, connections) => {
        const proxy = await proxyTo(ports.slice(0, endpoints));
        const answers: string[] = [];
        for (let n = 0; n < connections; n++) answers.push(await ask(proxy.port, String(n)));
        expect(answers).toEqual(
          Array.from({ length: connections }, (_, n) => `${names[n % endpoints] ?? ''} ${n}`),
        );
      },
    ),
    { numRuns: 20 },
  );
});

it('spreads concurrent connections evenly', async () => {
  const proxy = await proxyTo(await Promise.all(['a', 'b'].map(endpoint)));
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(proxy.port, '')));
  expect(answers.toSorted()).toEqual([
    ...Array<string>(5).fill('a '),
    ...Array<string>(5).fill('b '),
  ]);
});

it('carries what is longer than a packet, both ways', async () => {
  const proxy = await proxyTo([await endpoint('a')]);
  const text = 'x'.repeat(1_000_000);
  const answer = await ask(proxy.port, text);
  expect(answer).toHaveLength(2 + text.length);
  expect(answer.endsWith(text)).toBe(true);
});

describe('closes a connection', () => {
  it('where no endpoint is ready', async () => {
    const proxy = await proxyTo([]);
    expect(await ask(proxy.port, 'hello')).toBe('');
  });

  it('where the endpoint is gone', async () => {
    const server = net.createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const proxy = await proxyTo([port]);
    expect(await ask(proxy.port, 'hello')).toBe('');
  });

  it('that is open when it is stopped, at both ends, and takes no more', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const accepted = Promise.withResolvers<undefined>();
    const port = await listen(
      net.createServer((socket) => {
        closed = new Promise((resolve) => socket.once('close', resolve));
        socket.on('error', () => undefined).resume();
        accepted.resolve(undefined);
      }),
    );
    const proxy = await proxyTo([port]);
    const near = net.connect(proxy.port, '127.0.0.1');
    near.on('error', () => undefined);
    const nearClosed = new Promise((resolve) => near.once('close', resolve));
    await accepted.promise;

    proxy.stop();
    await Promise.all([nearClosed, closed]);
    const late = net.connect(proxy.port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

import net, { type AddressInfo } from 'node:net';
import { Exchange } from './exchange.ts';
import { Target } from './target.ts';

/** Enough for the first batch to leave as close together as the third; more takes longer and gains nothing. */
const ROUNDS = 3;
const REQUESTS = 10;
const ANSWER =
  'HTTP/1.1 200 OK\r\nserver: warm-up\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';

/**
 * Runs the whole way of a request, inside this process and unrecorded. The first requests of a Node
 * process take their time for themselves; it would pull the first batch apart and count as latency of
 * the service.
 */
export async function warmUp(): Promise<void> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(ANSWER));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/`);
  const target = new Target({ url, headers: {}, timeoutMs: 5000 });
  for (let round = 0; round < ROUNDS; round += 1) {
    const exchanges = Array.from({ length: REQUESTS }, () => new Exchange(target));
    await Promise.all(exchanges.map(({ connected }) => connected));
    for (const exchange of exchanges) exchange.send();
    await Promise.all(exchanges.map(({ outcome }) => outcome));
  }
  server.close();
}

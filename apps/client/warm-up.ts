import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Exchange } from './exchange.ts';

/**
 * Runs the whole way of a request once, inside this process and unrecorded. The first request of
 * a Node process takes tens of milliseconds for itself; they would pull the first batch apart and
 * count as latency of the service.
 */
export async function warmUp(): Promise<void> {
  const server = http.createServer((request, response) => {
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/`);
  const exchange = new Exchange({ url, headers: {}, timeoutMs: 5000 }, new http.Agent());
  await exchange.connected;
  exchange.send();
  await exchange.outcome;
  server.close();
}

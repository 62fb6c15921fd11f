/**
 * A Service's address for pods without a sidecar: each new connection goes to the next ready
 * endpoint, as kube-proxy would have it.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface KubeProxy {
  readonly port: number;
  stop(): void;
}

/** @param ports local ports of the Service's endpoints; a connection is refused where there are none */
export async function startKubeProxy(ports: readonly number[]): Promise<KubeProxy> {
  const open = new Set<Socket>();
  let next = 0;
  // Either end may close its half first, as it may where only addresses are rewritten.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const port = ports[next++ % Math.max(1, ports.length)];
    if (port === undefined) {
      near.destroy();
      return;
    }
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => open.delete(from));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

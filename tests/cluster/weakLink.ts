/** A way to the API server that can break: a TCP proxy, and a kubeconfig that leads through it. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net, { type AddressInfo, type Socket } from 'node:net';
import { kubectlOrThrow } from './kubectl.ts';

export interface WeakLink {
  /** Every connection breaks; new ones are let through. */
  readonly interrupt: () => void;
  /** Every connection breaks, and nothing listens any more. */
  readonly cut: () => void;
}

interface Kubeconfig {
  readonly clusters: { readonly cluster: { server: string } }[];
}

/** @param file where the kubeconfig is written */
export async function weakLink(file: string): Promise<WeakLink> {
  const view = await kubectlOrThrow(['config', 'view', '--raw', '--minify', '-o', 'json']);
  const config = JSON.parse(view) as Kubeconfig;
  const cluster = config.clusters[0]?.cluster;
  if (cluster === undefined) throw new Error('the kubeconfig names no cluster');
  const { hostname, port } = new URL(cluster.server);

  const open = new Set<Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cluster.server = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(file, JSON.stringify(config));

  const interrupt = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    interrupt,
    cut: () => {
      server.close();
      interrupt();
    },
  };
}

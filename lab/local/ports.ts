/**
 * Ports that are taken before the processes that will listen there: so that whoever calls may start
 * together with whoever is called.
 */
import { type AddressInfo, createServer } from 'node:net';

export interface HeldPort {
  readonly port: number;
  /** Leaves it to the process that listens there by now. */
  release(): void;
}

/** Where the system lets several sockets listen at one port (SO_REUSEPORT), until all but one are closed. */
const SHARED = process.platform === 'linux';

/**
 * A port of 127.0.0.1 that the system gives to nobody else. Where it cannot be shared it is free at
 * once, for whoever comes first.
 */
export async function holdPort(): Promise<HeldPort> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', reusePort: SHARED }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const release = (): void => {
    server.close();
  };
  if (!SHARED) release();
  return { port, release };
}

/** A port for each container port of an application. */
export type AppPorts = ReadonlyMap<number, HeldPort>;

export function numbersOf(ports: AppPorts): Map<number, number> {
  return new Map([...ports].map(([containerPort, { port }]) => [containerPort, port]));
}

interface Listener {
  readonly name: string;
}

interface Bootstrap {
  readonly static_resources: { readonly listeners: readonly Listener[] };
}

/** The names of a bootstrap's listeners. */
export function listenersOf(bootstrap: object): string[] {
  return (bootstrap as Bootstrap).static_resources.listeners.map(({ name }) => name);
}

/** The bootstrap with its listeners at these ports, by their names. */
export function listeningAt(bootstrap: object, ports: ReadonlyMap<string, HeldPort>): object {
  const { static_resources: resources, ...rest } = bootstrap as Bootstrap;
  const listeners = resources.listeners.map((listener) => ({
    ...listener,
    address: {
      socket_address: { address: '127.0.0.1', port_value: ports.get(listener.name)?.port ?? 0 },
    },
  }));
  return { ...rest, static_resources: { ...resources, listeners } };
}

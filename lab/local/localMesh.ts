/**
 * The mesh on loopback: every pod's app as a process, every sidecar and gateway as a real Envoy.
 * What is called is started before what calls it, as ports are only known once they are open.
 */
import { CLIENT, SERVER, SERVER_DEFAULTS } from '../../apps/contract.ts';
import { environmentError } from '../../errors/labError.ts';
import {
  gatewayBootstrap,
  inboundListenerName,
  OUTBOUND_LISTENER,
  sidecarBootstrap,
} from './bootstrap.ts';
import { proxyConfig } from '../istiod/proxyConfig.ts';
import { standaloneConfiguration } from './standalone.ts';
import { type Mesh, type Pod, podId, type Service } from '../mesh/model.ts';
import type { Lag } from '../analysis/disturbance.ts';
import type { Role } from '../../experiment/roles.ts';
import { appArguments } from './apps.ts';
import { type Child, startChild } from './children.ts';
import { type EnvoyProcess, startEnvoy } from './envoyProcess.ts';
import { parseServerLine } from './serverLog.ts';
import { type KubeProxy, startKubeProxy } from './kubeProxy.ts';
import type { Watched } from './machineWatch.ts';
import { isCalled, type Plan, type PlannedApp, type PlannedClient } from './plan.ts';

export interface LocalMeshOptions {
  readonly mesh: Mesh;
  readonly plan: Plan;
  /** By how much the mesh's times were shrunk: 1 for not at all. */
  readonly timeScale: number;
  /** Path of the Envoy executable. */
  readonly envoy: string;
  /** @param pod its id */
  readonly onAccessLog: (pod: string, role: Role, line: string) => void;
  readonly onClientLine: (line: string) => void;
  /** A server that did not run when it should have, by its own account. */
  readonly onLag: (lag: Lag) => void;
  /** A process that ended by itself. */
  readonly onEnd: (pod: Pod, how: string) => void;
}

export interface LocalProxy {
  readonly pod: Pod;
  readonly role: Role;
  readonly envoy: EnvoyProcess;
}

export class LocalMesh {
  readonly proxies: LocalProxy[] = [];
  readonly #options: LocalMeshOptions;
  readonly #children: { readonly pod: Pod; readonly child: Child }[] = [];
  readonly #kubeProxies: KubeProxy[] = [];
  /** Local ports by the mesh's `ip:port`. */
  readonly #ports = new Map<string, number>();
  /** Ids of pods by the local `127.0.0.1:port` in front of them. */
  readonly #podByLocal = new Map<string, string>();

  constructor(options: LocalMeshOptions) {
    this.#options = options;
  }

  /** Starts everything but the clients. Whatever fails, `stop` ends what was started. */
  async start(): Promise<void> {
    const { servers, gateways, standalone, clients } = this.#options.plan;
    await allStarted(servers.map((server) => this.#startServer(server)));
    await allStarted([
      ...gateways.map((pod) => this.#startGateway(pod)),
      ...standalone.map((app) => this.#startStandalone(app)),
    ]);
    await allStarted(
      clients
        .filter(({ pod }) => pod.proxy === 'sidecar')
        .map(({ pod }) => this.#startSidecar(pod, 'client', new Map())),
    );
  }

  /** Starts the clients, told to begin together. */
  async startClients(env: Readonly<Record<string, string>>): Promise<void> {
    const { clients } = this.#options.plan;
    const routes = await Promise.all(clients.map((client) => this.wayOf(client)));
    for (const [index, client] of clients.entries()) {
      const { pod, container } = client;
      const child = startChild(process.execPath, appArguments('client'), {
        name: `the client ${podId(pod)}`,
        env: {
          ...omit(container.env, CLIENT.healthPort),
          ...routes[index],
          ...env,
          [CLIENT.logFormat]: 'json',
          [CLIENT.clientName]: podId(pod),
          [CLIENT.exitWithParent]: '1',
        },
        onLine: this.#options.onClientLine,
      });
      this.#adopt(pod, child);
    }
  }

  /** How a client reaches what it asks for: its sidecar as HTTP proxy, else the Service itself. */
  async wayOf({ pod, url, service, servicePort }: PlannedClient): Promise<Record<string, string>> {
    const sidecar = this.proxies.find((proxy) => proxy.pod === pod);
    const outbound = sidecar?.envoy.ports.get(OUTBOUND_LISTENER);
    if (outbound !== undefined) return { http_proxy: `http://127.0.0.1:${outbound}` };

    const port = await this.#addressOf(service, servicePort);
    return {
      [CLIENT.url]: `http://127.0.0.1:${port}${url.pathname}${url.search}`,
      [CLIENT.headers]: JSON.stringify({ host: url.host }),
    };
  }

  /** What runs now, for whoever looks after it. */
  processes(): Watched[] {
    return [
      ...this.#children.flatMap(({ child: { name, pid } }) =>
        pid === undefined ? [] : { name, pid },
      ),
      ...this.proxies.map(({ envoy: { child, pid } }) => ({ name: child.name, pid })),
    ];
  }

  /** The id of the pod behind the local address of an upstream host, or the address itself. */
  podAt(address: string): string {
    return this.#podByLocal.get(address) ?? address;
  }

  /** Ends every process and waits until all they said was read; callers first. */
  async stop(): Promise<void> {
    for (const kubeProxy of this.#kubeProxies) kubeProxy.stop();
    const callers = new Set(this.#options.plan.clients.map(({ pod }) => pod));
    for (const isCaller of [true, false]) {
      const some = this.#children.filter(({ pod }) => callers.has(pod) === isCaller);
      await Promise.all(some.map(({ child }) => child.stop()));
    }
  }

  async #startServer({ pod, container }: PlannedApp): Promise<void> {
    const containerPort = container.ports[0]?.containerPort ?? SERVER_DEFAULTS.port;
    const listening = Promise.withResolvers<number>();
    const child = startChild(process.execPath, appArguments('server'), {
      name: `the server ${podId(pod)}`,
      env: {
        ...container.env,
        [SERVER.host]: '127.0.0.1',
        [SERVER.port]: '0',
        [SERVER.name]: pod.name,
        [SERVER.exitWithParent]: '1',
      },
      onLine: (line) => {
        const event = parseServerLine(line);
        if (event?.event === 'listening') listening.resolve(event.port);
        if (event?.event === 'lag') {
          this.#options.onLag({ ...event, who: `${podId(pod)} was late` });
        }
      },
    });
    this.#adopt(pod, child);
    const appPort = await Promise.race([listening.promise, failure(child)]);
    if (pod.proxy === 'none') {
      this.#serve(pod, containerPort, appPort);
      return;
    }
    const envoy = await this.#startSidecar(pod, 'server', new Map([[containerPort, appPort]]));
    this.#podByLocal.set(`127.0.0.1:${appPort}`, podId(pod));
    const port = envoy.ports.get(inboundListenerName(containerPort));
    if (port !== undefined) this.#serve(pod, containerPort, port);
  }

  async #startSidecar(
    pod: Pod,
    role: Role,
    appPorts: ReadonlyMap<number, number>,
  ): Promise<EnvoyProcess> {
    const config = proxyConfig(this.#options.mesh, pod);
    return this.#startProxy(pod, role, sidecarBootstrap(config, pod, this.#loopback(appPorts)));
  }

  async #startGateway(pod: Pod): Promise<void> {
    const config = proxyConfig(this.#options.mesh, pod);
    const bootstrap = gatewayBootstrap(config, pod, this.#loopback(new Map()));
    const envoy = await this.#startProxy(pod, 'gateway', bootstrap);
    for (const { name, address } of config.listeners) {
      const port = envoy.ports.get(name);
      if (port !== undefined) this.#serve(pod, address.socket_address.port_value, port);
    }
  }

  async #startStandalone({ pod, container }: PlannedApp): Promise<void> {
    const configuration = standaloneConfiguration(pod, container);
    const ports = new Map<string, number>();
    for (const { host, port } of configuration.upstreams) {
      const service = this.#options.mesh.services.find((one) => isCalled(one, host, pod));
      if (service !== undefined) ports.set(`${host}:${port}`, await this.#addressOf(service, port));
    }
    const bootstrap = configuration.bootstrap((host, port) => ports.get(`${host}:${port}`));
    const envoy = await this.#startProxy(pod, 'gateway', bootstrap);
    for (const { name, port } of configuration.listeners) {
      const local = envoy.ports.get(name);
      if (local !== undefined) this.#serve(pod, port, local);
    }
  }

  async #startProxy(pod: Pod, role: Role, bootstrap: object): Promise<EnvoyProcess> {
    const envoy = await startEnvoy({
      binary: this.#options.envoy,
      name: `the ${role === 'gateway' ? 'gateway' : 'sidecar'} of ${podId(pod)}`,
      concurrency: pod.proxyConcurrency,
      bootstrap,
      onAccessLog: (line) => {
        this.#options.onAccessLog(podId(pod), role, line);
      },
      onStart: (child) => {
        this.#adopt(pod, child);
      },
    });
    this.proxies.push({ pod, role, envoy });
    return envoy;
  }

  /** A local port that stands for a Service's cluster IP. */
  async #addressOf(service: Service, servicePort: number): Promise<number> {
    const portName = service.ports.find(({ port }) => port === servicePort)?.name ?? '';
    const ports = service.endpoints.flatMap(({ address, ports: byName }) => {
      const port = this.#ports.get(`${address}:${byName[portName] ?? 0}`);
      return port === undefined ? [] : [port];
    });
    const [only, ...others] = ports;
    if (only !== undefined && others.length === 0) return only;
    const kubeProxy = await startKubeProxy(ports);
    this.#kubeProxies.push(kubeProxy);
    return kubeProxy.port;
  }

  #serve(pod: Pod, meshPort: number, localPort: number): void {
    this.#ports.set(`${pod.ip}:${meshPort}`, localPort);
    this.#podByLocal.set(`127.0.0.1:${localPort}`, podId(pod));
  }

  #loopback(appPorts: ReadonlyMap<number, number>): Parameters<typeof sidecarBootstrap>[2] {
    return {
      appPorts,
      portOf: (address, port) => this.#ports.get(`${address}:${port}`),
      timeScale: this.#options.timeScale,
    };
  }

  #adopt(pod: Pod, child: Child): void {
    this.#children.push({ pod, child });
    void child.unexpectedEnd.then((how) => {
      this.#options.onEnd(pod, how);
    });
  }
}

/** Fails only once nothing is starting any more, so that `stop` finds everything there is. */
async function allStarted(starts: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(starts);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function failure(child: Child): Promise<never> {
  return child.unexpectedEnd.then((how) => {
    throw environmentError(how);
  });
}

function omit(
  record: Readonly<Record<string, string>>,
  key: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

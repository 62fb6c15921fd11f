/**
 * The mesh on loopback: every pod's app as a process, every sidecar and gateway as a real Envoy.
 * Every port is taken first, so all of them start together.
 */
import { CLIENT, SERVER } from '../../apps/contract.ts';
import { OUTBOUND_LISTENER } from './bootstrap.ts';
import { parseClientLine } from '../watch/clientLog.ts';
import { type Mesh, type Pod, podId, type Service } from '../mesh/model.ts';
import type { Lag } from '../analysis/disturbance.ts';
import type { Role } from '../../experiment/roles.ts';
import { startApp } from './apps.ts';
import { callsOthers, withLocalCalls } from './calls.ts';
import type { Child } from './children.ts';
import { type EnvoyProcess, startEnvoy } from './envoyProcess.ts';
import {
  type AppPorts,
  type HeldPort,
  holdPort,
  listenersOf,
  listeningAt,
  numbersOf,
} from './ports.ts';
import { type PlannedProxy, plannedProxies } from './plannedProxies.ts';
import { behind } from './behind.ts';
import { parseServerLine } from './serverLog.ts';
import { allStarted, failure } from './starting.ts';
import { type KubeProxy, startKubeProxy } from './kubeProxy.ts';
import type { Watched } from './machineWatch.ts';
import { serviceCalled } from '../mesh/hosts.ts';
import type { Plan, PlannedApp, PlannedClient } from '../mesh/plan.ts';

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
  /** Further variables of the clients; without them, no client is started. */
  readonly clientEnv?: Readonly<Record<string, string>>;
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
  readonly #clients: Child[] = [];
  readonly #kubeProxies: KubeProxy[] = [];
  readonly #held: HeldPort[] = [];
  readonly #heldFor = new Map<PlannedProxy, ReadonlyMap<string, HeldPort>>();
  /** The port of each client's sidecar for what it calls. */
  readonly #outbound = new Map<Pod, number>();
  /** Local ports by the mesh's `ip:port`. */
  readonly #ports = new Map<string, number>();
  /** Ids of pods by the local `127.0.0.1:port` in front of them. */
  readonly #podByLocal = new Map<string, string>();

  constructor(options: LocalMeshOptions) {
    this.#options = options;
  }

  /**
   * Starts everything, the clients so that they wait to be told. Whatever fails, `stop` ends what was
   * started.
   */
  async start(): Promise<void> {
    const { servers, clients } = this.#options.plan;
    const appPorts = await Promise.all(servers.map((server) => this.#takeAppPorts(server)));
    const proxies = plannedProxies(this.#options, appPorts.map(numbersOf));
    for (const proxy of proxies) await this.#takePorts(proxy);
    const env = this.#options.clientEnv;
    await allStarted([
      ...servers.map((server, index) => this.#startServer(server, appPorts[index])),
      ...proxies.map((proxy) => this.#startProxy(proxy)),
      ...(env === undefined ? [] : clients.map((client) => this.#startClient(client, env))),
    ]);
  }

  /** Tells the clients to begin, together. @param startAt epoch ms */
  tellClients(startAt: number): void {
    for (const child of this.#clients) child.tell(String(startAt));
  }

  /** How a client reaches what it asks for: its sidecar as HTTP proxy, else the Service itself. */
  async wayOf({ pod, url, service, servicePort }: PlannedClient): Promise<Record<string, string>> {
    const outbound = this.#outbound.get(pod);
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

  /** Whether this process stands between clients and the endpoints of a Service. */
  get forwards(): boolean {
    return this.#kubeProxies.length > 0;
  }

  /** The id of the pod behind the local address of an upstream host, or the address itself. */
  podAt(address: string): string {
    return this.#podByLocal.get(address) ?? address;
  }

  /** Ends every process and waits until all they said was read; callers first. */
  async stop(): Promise<void> {
    for (const kubeProxy of this.#kubeProxies) kubeProxy.stop();
    for (const held of this.#held) held.release();
    const callers = new Set(this.#options.plan.clients.map(({ pod }) => pod));
    for (const isCaller of [true, false]) {
      const some = this.#children.filter(({ pod }) => callers.has(pod) === isCaller);
      await Promise.all(some.map(({ child }) => child.stop()));
    }
  }

  /** One for each container port. */
  async #takeAppPorts({ pod, ports }: PlannedApp): Promise<AppPorts> {
    const taken = new Map<number, HeldPort>();
    for (const containerPort of ports) {
      const held = await this.#hold();
      taken.set(containerPort, held);
      this.#podByLocal.set(`127.0.0.1:${held.port}`, podId(pod));
      if (pod.proxy === 'none') this.#serve(pod, containerPort, held.port);
    }
    return taken;
  }

  async #startServer(server: PlannedApp, ports: AppPorts = new Map()): Promise<void> {
    const { pod } = server;
    const way = await this.#wayOfCalls(server);
    const listening = Promise.withResolvers<number>();
    const child = startApp('server', {
      name: `the server ${podId(pod)}`,
      env: {
        ...server.env,
        ...way,
        [SERVER.host]: '127.0.0.1',
        [SERVER.port]: [...numbersOf(ports).values()].join(','),
        [SERVER.reusePort]: process.platform === 'linux' ? '1' : '0',
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
    await Promise.race([listening.promise, failure(child)]);
    for (const held of ports.values()) held.release();
  }

  /** How a server reaches what it calls: its sidecar as HTTP proxy, else the Services themselves. */
  async #wayOfCalls({ pod, env }: PlannedApp): Promise<Record<string, string>> {
    if (!callsOthers(env)) return {};
    const outbound = this.#outbound.get(pod);
    if (outbound !== undefined) return { http_proxy: `http://127.0.0.1:${outbound}` };
    return withLocalCalls(env, async ({ hostname, port }) => {
      const service = serviceCalled(this.#options.mesh.services, hostname, pod);
      return service && this.#addressOf(service, port === '' ? 80 : Number(port));
    });
  }

  /** Resolves when it waits to be told, or has ended: its end is told by itself. */
  async #startClient(client: PlannedClient, env: Readonly<Record<string, string>>): Promise<void> {
    const { pod } = client;
    const way = await this.wayOf(client);
    const ready = Promise.withResolvers<string>();
    const child = startApp('client', {
      name: `the client ${podId(pod)}`,
      env: {
        ...omit(client.env, CLIENT.healthPort),
        ...way,
        ...env,
        [CLIENT.startAt]: 'stdin',
        [CLIENT.logFormat]: 'json',
        [CLIENT.clientName]: podId(pod),
        [CLIENT.exitWithParent]: '1',
      },
      onLine: (line) => {
        if (parseClientLine(line)?.event === 'ready') ready.resolve('ready');
        else this.#options.onClientLine(line);
      },
    });
    this.#adopt(pod, child);
    this.#clients.push(child);
    await Promise.race([ready.promise, child.unexpectedEnd]);
  }

  async #takePorts(proxy: PlannedProxy): Promise<void> {
    const { pod, meshPorts, bootstrap } = proxy;
    const held = new Map<string, HeldPort>();
    for (const name of listenersOf(bootstrap(() => undefined))) {
      const one = await this.#hold();
      held.set(name, one);
      const meshPort = meshPorts.get(name);
      if (meshPort !== undefined) this.#serve(pod, meshPort, one.port);
      if (name === OUTBOUND_LISTENER) this.#outbound.set(pod, one.port);
    }
    this.#heldFor.set(proxy, held);
  }

  async #startProxy(proxy: PlannedProxy): Promise<void> {
    const { pod, role, bootstrap, upstreams } = proxy;
    const held = this.#heldFor.get(proxy) ?? new Map<string, HeldPort>();
    const named = new Map<string, number>();
    for (const { host, port } of upstreams ?? []) {
      const service = serviceCalled(this.#options.mesh.services, host, pod);
      if (service !== undefined) named.set(`${host}:${port}`, await this.#addressOf(service, port));
    }
    const ports = upstreams === undefined ? this.#ports : named;
    const envoy = await startEnvoy({
      binary: this.#options.envoy,
      name: `the ${role === 'gateway' ? 'gateway' : 'sidecar'} of ${podId(pod)}`,
      concurrency: pod.proxyConcurrency,
      bootstrap: listeningAt(
        bootstrap((address, port) => ports.get(`${address}:${port}`)),
        held,
      ),
      onAccessLog: (line) => {
        this.#options.onAccessLog(podId(pod), role, line);
      },
      onStart: (child) => {
        this.#adopt(pod, child);
      },
    });
    for (const one of held.values()) one.release();
    this.proxies.push({ pod, role, envoy });
  }

  async #hold(): Promise<HeldPort> {
    const held = await holdPort();
    this.#held.push(held);
    return held;
  }

  /** A local port that stands for a Service's cluster IP. */
  async #addressOf(service: Service, servicePort: number): Promise<number> {
    const ports = behind(service, servicePort).flatMap(({ address, port }) => {
      const local = this.#ports.get(`${address}:${port}`);
      return local === undefined ? [] : [local];
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

  #adopt(pod: Pod, child: Child): void {
    this.#children.push({ pod, child });
    void child.unexpectedEnd.then((how) => {
      this.#options.onEnd(pod, how);
    });
  }
}

function omit(
  record: Readonly<Record<string, string>>,
  key: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

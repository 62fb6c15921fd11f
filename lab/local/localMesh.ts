/**
 * The mesh on loopback: every pod's app as a process, every sidecar and gateway as a real Envoy.
 * Every port is taken first, so none of them waits for another to start.
 */
import { statsConfig } from '../../envoy/prometheus.ts';
import { type Mesh, type Pod, podId } from '../mesh/model.ts';
import type { Lag } from '../analysis/disturbance.ts';
import type { Role } from '../../experiment/roles.ts';
import { Addresses } from './addresses.ts';
import type { Child } from './children.ts';
import { type EnvoyProcess, startEnvoy } from './envoyProcess.ts';
import { flushMs } from './flush.ts';
import { type AppPorts, type HeldPort, listenersOf, listeningAt, numbersOf } from './ports.ts';
import { type PlannedProxy, plannedProxies } from './plannedProxies.ts';
import { haveSameRest, setClusters, withLiveClusters } from './liveClusters.ts';
import { startLocalClient } from './localClient.ts';
import { LocalServer } from './localServer.ts';
import { allStarted } from './starting.ts';
import type { Watched } from './machineWatch.ts';
import { Ways } from './ways.ts';
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
  /** Whether what istiod sends, and how servers behave, may change while the mesh runs. */
  readonly live?: true;
  /** Whether statistics get the labels of an Istio proxy: an Envoy needs a tenth more to come up. */
  readonly labelled?: boolean;
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
  readonly #addresses = new Addresses();
  readonly #children: { readonly pod: Pod; readonly child: Child }[] = [];
  readonly #clients: Child[] = [];
  readonly #servers = new Map<string, LocalServer>();
  /** Of each server's application, by container port. */
  #appPorts: readonly AppPorts[] = [];
  readonly #heldFor = new Map<PlannedProxy, ReadonlyMap<string, HeldPort>>();
  /** The bootstrap that each proxy was started with, by its pod's id. */
  readonly #bootstraps = new Map<string, object>();
  readonly #ways: Ways;
  #isStopped = false;

  constructor(options: LocalMeshOptions) {
    this.#options = options;
    this.#ways = new Ways(options.mesh, (service, port) =>
      this.#addresses.ofService(service, port),
    );
  }

  /**
   * Starts everything, the clients so that they wait to be told. Whatever fails, `stop` ends what was
   * started.
   */
  async start(): Promise<void> {
    const { servers, clients } = this.#options.plan;
    const appPorts = await Promise.all(servers.map((server) => this.#takeAppPorts(server)));
    this.#appPorts = appPorts;
    const proxies = plannedProxies(this.#options, appPorts.map(numbersOf));
    for (const proxy of proxies) await this.#takePorts(proxy);
    const env = this.#options.clientEnv;
    // Envoys last: one that waits for the others costs more than an app that does.
    await allStarted(
      [
        ...servers.map((server, index) => () => this.#startServer(server, appPorts[index])),
        ...(env === undefined ? [] : clients.map((client) => () => this.#startClient(client, env))),
        ...proxies.map((proxy) => () => this.#startProxy(proxy)),
      ],
      () => !this.#isStopped,
    );
  }

  /**
   * Makes it another mesh of the same pods, of one that is live: every proxy gets the clusters that
   * istiod makes of it, every server behaves by its variables. No process starts anew.
   *
   * @returns false where the two differ in more than that; nothing was changed then
   * @throws LabError where an Envoy refuses what it is sent
   */
  async update(mesh: Mesh, plan: Plan): Promise<boolean> {
    const { timeScale, plan: own } = this.#options;
    if (namesIn(plan) !== namesIn(own)) return false;
    const planned = plannedProxies({ mesh, plan, timeScale }, this.#appPorts.map(numbersOf));
    const proxies = this.proxies.map(({ pod, envoy }) => {
      const wanted = planned.find((one) => podId(one.pod) === podId(pod));
      return {
        envoy,
        isNamed: wanted?.upstreams !== undefined,
        to: wanted && this.#plain(wanted),
        id: podId(pod),
      };
    });
    const areAlike = proxies.every(
      ({ isNamed, to, id }) => isNamed || haveSameRest(to, this.#bootstraps.get(id)),
    );
    if (!areAlike) return false;
    await Promise.all(
      proxies.map(async ({ envoy, isNamed, to }) => {
        if (!isNamed && to !== undefined) await setClusters(envoy, to);
      }),
    );
    for (const server of plan.servers) {
      this.#servers.get(podId(server.pod))?.tell(await this.#variablesOf(server));
    }
    return true;
  }

  /** Ends a server's application at once; its sidecar stays. */
  async kill(pod: string): Promise<void> {
    await this.#servers.get(pod)?.kill();
  }

  /** Starts a server's application again, at the same ports. */
  async revive(server: PlannedApp): Promise<void> {
    await this.#servers.get(podId(server.pod))?.start(await this.#variablesOf(server));
  }

  /** Tells the clients to begin, together. @param startAt epoch ms */
  tellClients(startAt: number): void {
    for (const child of this.#clients) child.tell(String(startAt));
  }

  /** How a client reaches what it asks for. */
  wayOf(client: PlannedClient): Promise<Record<string, string>> {
    return this.#ways.ofClient(client);
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
    return this.#addresses.forwards;
  }

  /** The id of the pod behind the local address of an upstream host, or the address itself. */
  podAt(address: string): string {
    return this.#addresses.podAt(address);
  }

  /** Ends every process and waits until all they said was read; callers first. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#addresses.stop();
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
      const held = await this.#addresses.hold();
      taken.set(containerPort, held);
      if (pod.proxy === 'none') this.#addresses.serve(pod, containerPort, held.port);
      else this.#addresses.own(pod, held.port);
    }
    return taken;
  }

  async #startServer(server: PlannedApp, ports: AppPorts = new Map()): Promise<void> {
    const { pod } = server;
    const own = new LocalServer({
      ...{ server, ports, live: this.#options.live === true, onLag: this.#options.onLag },
      onStart: (child) => {
        this.#adopt(pod, child);
      },
    });
    this.#servers.set(podId(pod), own);
    await own.start(await this.#variablesOf(server));
  }

  /** With how it reaches what it calls. */
  async #variablesOf(server: PlannedApp): Promise<Record<string, string>> {
    return { ...server.env, ...(await this.#ways.ofCalls(server)) };
  }

  /** Resolves when it waits to be told, or has ended: its end is told by itself. */
  async #startClient(client: PlannedClient, env: Readonly<Record<string, string>>): Promise<void> {
    const { child, ready } = startLocalClient(client, {
      ...{ way: await this.wayOf(client), env, onLine: this.#options.onClientLine },
    });
    this.#adopt(client.pod, child);
    this.#clients.push(child);
    await ready;
  }

  async #takePorts(proxy: PlannedProxy): Promise<void> {
    const { pod, meshPorts, bootstrap } = proxy;
    const held = new Map<string, HeldPort>();
    for (const name of listenersOf(bootstrap(() => undefined))) {
      const one = await this.#addresses.hold();
      held.set(name, one);
      const meshPort = meshPorts.get(name);
      if (meshPort !== undefined) this.#addresses.serve(pod, meshPort, one.port);
      this.#ways.add(pod, name, one.port);
    }
    this.#heldFor.set(proxy, held);
  }

  async #startProxy(proxy: PlannedProxy): Promise<void> {
    const { pod, role, bootstrap, upstreams } = proxy;
    const held = this.#heldFor.get(proxy) ?? new Map<string, HeldPort>();
    const named = new Map<string, number>();
    for (const { host, port } of upstreams ?? []) {
      const service = serviceCalled(this.#options.mesh.services, host, pod);
      if (service === undefined) continue;
      named.set(`${host}:${port}`, await this.#addresses.ofService(service, port));
    }
    // One that has its own configuration gets nothing from istiod.
    const isLive = this.#options.live === true && upstreams === undefined;
    const own =
      upstreams === undefined
        ? this.#plain(proxy)
        : bootstrap((host, port) => named.get(`${host}:${port}`));
    this.#bootstraps.set(podId(pod), own);
    const envoy = await startEnvoy({
      binary: this.#options.envoy,
      name: `the ${role === 'gateway' ? 'gateway' : 'sidecar'} of ${podId(pod)}`,
      concurrency: pod.proxyConcurrency,
      flushMs: flushMs(this.#options.plan),
      bootstrap: {
        ...listeningAt(isLive ? withLiveClusters(own) : own, held),
        ...(this.#options.labelled === true && { stats_config: statsConfig(pod) }),
      },
      onAccessLog: (line) => {
        this.#options.onAccessLog(podId(pod), role, line);
      },
      onStart: (child) => {
        this.#adopt(pod, child);
      },
    });
    if (isLive) await setClusters(envoy, own);
    for (const one of held.values()) one.release();
    this.proxies.push({ pod, role, envoy });
  }

  #plain({ bootstrap }: PlannedProxy): object {
    return bootstrap((address, port) => this.#addresses.portOf(address, port));
  }

  #adopt(pod: Pod, child: Child): void {
    this.#children.push({ pod, child });
    void child.unexpectedEnd.then((how) => {
      this.#options.onEnd(pod, how);
    });
  }
}

/** Who runs in it, and on how many threads; what each client asks for. */
function namesIn({ servers, gateways, standalone, clients }: Plan): string {
  const idOf = (pod: Pod): string => `${podId(pod)} ${pod.proxyConcurrency} ${pod.proxy}`;
  return JSON.stringify([
    servers.map(({ pod }) => idOf(pod)),
    gateways.map(idOf),
    standalone.map(({ pod, container }) => [idOf(pod), container.files]),
    clients.map(({ pod, url }) => [idOf(pod), url.href]),
  ]);
}

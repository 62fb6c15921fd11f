/**
 * Puts a model together: whatever a request can come to is looked up when it is first asked for, from the
 * clients on.
 */
import type { RouteConfiguration } from '../../../envoy/routeMessages.ts';
import { isCalled } from '../../mesh/hosts.ts';
import { type Mesh, type Pod, podId, type Service } from '../../mesh/model.ts';
import type { Plan, PlannedApp } from '../../mesh/plan.ts';
import type * as model from '../model.ts';
import { NONE } from '../model.ts';
import { Applications } from './applications.ts';
import { Asks } from './asks.ts';
import { clusterOf, type ClusterRules } from './clusterOf.ts';
import { type Configuration, Configurations } from './configs.ts';
import { routeFor } from './routeMatch.ts';
import { type NamedRoute, routeOf } from './routeOf.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Listener = Mutable<Omit<model.Listener, 'routes'>> & { routes: number[] };

/** Where requests are looked up that come in at a listener. */
type TableOf = (ask: number) => RouteConfiguration | undefined;

interface Lookup {
  readonly config: Configuration;
  readonly tableOf: TableOf;
  readonly pod: Pod;
}

export class Builder {
  readonly asks = new Asks();
  readonly proxies: model.Proxy[] = [];
  readonly listeners: Listener[] = [];
  readonly routes: model.Route[] = [];
  readonly clusters: model.Cluster[] = [];
  readonly endpointSets: model.Endpoint[][] = [];
  readonly #mesh: Mesh;
  readonly #plan: Plan;
  readonly #timeScale: number;
  readonly #configurations: Configurations;
  /** By `ip:port`. */
  readonly #doors = new Map<string, model.Door>();
  readonly #servers = new Map<string, PlannedApp>();
  readonly #pods = new Map<string, Pod>();
  readonly #proxyOf = new Map<Pod, number>();
  readonly #outbound = new Map<Pod, number>();
  readonly #applications: Applications;
  readonly #lookups: Lookup[] = [];
  readonly #known = new Map<string, number>();
  readonly #rules = new Map<string, ClusterRules>();
  readonly #matched = new Map<string, NamedRoute | undefined>();
  readonly #followed = new Set<string>();
  readonly #toFollow: { readonly door: model.Door; readonly ask: number }[] = [];

  constructor(mesh: Mesh, plan: Plan, timeScale: number) {
    this.#mesh = mesh;
    this.#plan = plan;
    this.#timeScale = timeScale;
    this.#configurations = new Configurations(mesh);
    this.#applications = new Applications(mesh, this.asks, (pod, service, port, ask) =>
      this.wayOut(pod, service, port, ask),
    );
    for (const server of plan.servers) {
      for (const port of server.ports) this.#servers.set(`${server.pod.ip}:${port}`, server);
    }
    for (const pod of mesh.pods) this.#pods.set(pod.ip, pod);
  }

  get apps(): model.App[] {
    return this.#applications.all;
  }

  /** How a pod reaches a Service: by its sidecar, else the endpoints themselves, in turn. */
  wayOut(pod: Pod, service: Service, port: number, ask: number): model.Door[] {
    const doors =
      pod.proxy === 'sidecar'
        ? [{ listener: this.#outboundListener(pod), app: NONE }]
        : this.#doorsOf(service, port);
    for (const door of doors) this.#follow(door, ask);
    return doors.length === 0 ? [{ listener: NONE, app: NONE }] : doors;
  }

  /** Looks up where the asks lead that were met, and those that applications make of them. */
  followAsks(): void {
    for (let next = this.#toFollow.pop(); next !== undefined; next = this.#toFollow.pop()) {
      const { door, ask } = next;
      if (door.listener !== NONE) this.#route(door.listener, ask);
      else if (door.app !== NONE) this.#applications.ask(door.app, ask);
    }
    for (const listener of this.listeners) fill(listener.routes, this.asks.all.length, NONE);
    this.#applications.fill();
  }

  #follow(door: model.Door, ask: number): void {
    const key = `${door.listener} ${door.app} ${ask}`;
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    this.#toFollow.push({ door, ask });
  }

  #doorsOf({ endpoints, ports }: Service, port: number): model.Door[] {
    const name = ports.find((one) => one.port === port)?.name ?? '';
    return endpoints.flatMap(({ address, ports: numbers }) => {
      const number = numbers[name];
      const door = number === undefined ? undefined : this.#doorAt(address, number);
      return door === undefined ? [] : [door];
    });
  }

  /** What listens at an address of the mesh; undefined where nothing does. */
  #doorAt(ip: string, port: number): model.Door | undefined {
    const key = `${ip}:${port}`;
    const known = this.#doors.get(key);
    if (known !== undefined) return known;
    const door = this.#openDoor(ip, port);
    if (door !== undefined) this.#doors.set(key, door);
    return door;
  }

  #openDoor(ip: string, port: number): model.Door | undefined {
    const server = this.#servers.get(`${ip}:${port}`);
    if (server !== undefined && server.pod.proxy === 'none') {
      return { listener: NONE, app: this.#applications.of(server) };
    }
    const pod = server?.pod ?? this.#pods.get(ip);
    if (pod === undefined) return undefined;
    const standalone = this.#plan.standalone.find((one) => one.pod === pod);
    const isGateway = pod.proxy === 'gateway';
    if (server === undefined && standalone === undefined && !isGateway) return undefined;
    const config =
      standalone === undefined
        ? this.#configurations.of(pod)
        : this.#configurations.ofStandalone(pod, standalone);
    const table = config.inbound.get(port);
    if (table === undefined) return undefined;
    const role = server === undefined ? 'gateway' : 'server';
    return { listener: this.#listener(pod, role, config, () => table), app: NONE };
  }

  #listener(pod: Pod, role: model.Proxy['role'], config: Configuration, tableOf: TableOf): number {
    this.#lookups.push({ config, tableOf, pod });
    return this.listeners.push({ proxy: this.#proxy(pod, role), routes: [] }) - 1;
  }

  #proxy(pod: Pod, role: model.Proxy['role']): number {
    let proxy = this.#proxyOf.get(pod);
    if (proxy === undefined) {
      proxy = this.proxies.push({ pod: podId(pod), role, workers: pod.proxyConcurrency }) - 1;
      this.#proxyOf.set(pod, proxy);
    }
    return proxy;
  }

  #outboundListener(pod: Pod): number {
    let listener = this.#outbound.get(pod);
    if (listener === undefined) {
      const config = this.#configurations.of(pod);
      const isServer = this.#plan.servers.some((server) => server.pod === pod);
      const tableOf: TableOf = (ask) => this.#tableOut(pod, config, ask);
      listener = this.#listener(pod, isServer ? 'server' : 'client', config, tableOf);
      this.#outbound.set(pod, listener);
    }
    return listener;
  }

  /** A port whose protocol is not known has a table of its own, in which every name is the service's. */
  #tableOut(pod: Pod, { routes }: Configuration, number: number): RouteConfiguration | undefined {
    const ask = this.asks.all[number];
    if (ask === undefined) return undefined;
    const { host, port } = ask;
    const service = this.#mesh.services.find((one) => isCalled(one, host, pod));
    const own = service && routes.get(`${service.host}:${port}`);
    const table = own ?? routes.get(String(port));
    // What no service is called ends here: it would lead out of the mesh.
    const hosts = table?.virtual_hosts.filter(({ name }) => name !== 'allow_any') ?? [];
    return table && { ...table, virtual_hosts: hosts };
  }

  #route(listener: number, ask: number): void {
    const { config, tableOf, pod } = this.#lookups[listener] as Lookup;
    const table = tableOf(ask);
    const asked = this.asks.all[ask];
    const own = (this.listeners[listener] as Listener).routes;
    fill(own, ask, NONE);
    own[ask] = NONE;
    if (table === undefined || asked === undefined) return;
    const key = `${config.id} ${table.name} ${ask}`;
    if (!this.#matched.has(key)) {
      const found = routeFor(table, asked);
      this.#matched.set(key, found && routeOf(found, asked));
    }
    const route = this.#matched.get(key);
    if (route === undefined) return;
    const total = route.clusters.reduce((sum, { weight }) => sum + weight, 0);
    const { proxy } = this.listeners[listener] as Listener;
    const clusters = route.clusters.map(({ name, weight }) => ({
      cluster: this.#cluster(proxy, config, name, pod),
      weight: weight / total,
    }));
    own[ask] = this.#add(`${proxy} ${key}`, this.routes, () => ({ ...route, clusters }));
    for (const { cluster } of clusters) this.#followCluster(cluster, ask);
  }

  #followCluster(cluster: number, ask: number): void {
    const set = this.clusters[cluster]?.endpoints;
    const key = `set ${set} ${ask}`;
    if (set === undefined || this.#followed.has(key)) return;
    this.#followed.add(key);
    for (const door of this.endpointSets[set] ?? []) this.#follow(door, ask);
  }

  #cluster(proxy: number, config: Configuration, name: string, pod: Pod): number {
    const cluster = config.clusters.get(name);
    if (cluster === undefined || cluster.name === 'BlackHoleCluster') return NONE;
    return this.#add(`${proxy} cluster ${name}`, this.clusters, () => {
      const key = `${config.id} ${name}`;
      let rules = this.#rules.get(key);
      if (rules === undefined) this.#rules.set(key, (rules = clusterOf(cluster, this.#timeScale)));
      const { set, priorities } = this.#endpoints(config, name, pod);
      return { ...rules, proxy, endpoints: set, priorities };
    });
  }

  /** Of an inbound cluster, the application beside the proxy. */
  #endpoints(
    config: Configuration,
    name: string,
    pod: Pod,
  ): { readonly set: number; readonly priorities: readonly number[] } {
    if (name.startsWith('inbound|')) {
      const port = Number(name.split('|')[1]);
      const server = this.#servers.get(`${pod.ip}:${port}`);
      const own = {
        ...{ pod: podId(pod), address: `${pod.ip}:${port}`, listener: NONE },
        app: server === undefined ? NONE : this.#applications.of(server),
      };
      return { set: this.endpointSets.push(server === undefined ? [] : [own]) - 1, priorities: [] };
    }
    const load = config.endpoints.get(name);
    const groups = (load?.endpoints ?? []).flatMap((group) =>
      (group.lb_endpoints ?? []).flatMap(({ endpoint }) => {
        const { address, port_value: port } = endpoint.address.socket_address;
        const found = config.named ? this.#named(address, port, pod) : this.#plain(address, port);
        return found.map((one) => ({ one, priority: group.priority ?? 0 }));
      }),
    );
    const priorities = groups.map(({ priority }) => priority);
    const set = this.#add(`${config.id} endpoints ${name}`, this.endpointSets, () =>
      groups.map(({ one }) => one),
    );
    return { set, priorities: priorities.some((priority) => priority > 0) ? priorities : [] };
  }

  #plain(ip: string, port: number): model.Endpoint[] {
    const door = this.#doorAt(ip, port);
    const pod = this.#pods.get(ip);
    // A run has no endpoint for what it does not start.
    if (door === undefined) return [];
    return [{ ...door, pod: pod === undefined ? ip : podId(pod), address: `${ip}:${port}` }];
  }

  #named(host: string, port: number, pod: Pod): model.Endpoint[] {
    const service = this.#mesh.services.find((one) => isCalled(one, host, pod));
    const name = service?.ports.find((one) => one.port === port)?.name ?? '';
    return (service?.endpoints ?? []).flatMap(({ address, ports }) =>
      this.#plain(address, ports[name] ?? 0),
    );
  }

  #add<T>(key: string, to: T[], make: () => T): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = to.push(make()) - 1;
    this.#known.set(key, index);
    return index;
  }
}

/** Entries up to that length. */
function fill(list: number[], length: number, value: number): void {
  while (list.length < length) list.push(value);
}

/**
 * What each proxy is configured with. Pods that are alike to istiod share what it sends, which takes
 * its time to make: a thousand clients of one Deployment have one.
 */
import type { FilterChain, HttpConnectionManager } from '../../../envoy/listenerMessages.ts';
import type { Cluster, ClusterLoadAssignment } from '../../../envoy/messages.ts';
import type { RouteConfiguration } from '../../../envoy/routeMessages.ts';
import { proxyConfig } from '../../istiod/proxyConfig.ts';
import type { Mesh, Pod, Program } from '../../mesh/model.ts';
import { standaloneEnvoy } from '../../mesh/standaloneEnvoy.ts';

export interface Configuration {
  /** Tells it from others. */
  readonly id: number;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly endpoints: ReadonlyMap<string, ClusterLoadAssignment>;
  /** Of a sidecar, the tables for what goes out, by their names: a port, or a service and a port. */
  readonly routes: ReadonlyMap<string, RouteConfiguration>;
  /** The table of each port at which it listens for others. */
  readonly inbound: ReadonlyMap<number, RouteConfiguration>;
  /** Whether endpoints are given by names of Services, as without a mesh. */
  readonly named: boolean;
}

export class Configurations {
  readonly #mesh: Mesh;
  readonly #known = new Map<string, Configuration>();

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
  }

  of(pod: Pod): Configuration {
    const { namespace, labels, annotations, serviceAccount, locality, node, proxy } = pod;
    const ports = this.#mesh.services
      .filter(({ endpoints }) => endpoints.some(({ address }) => address === pod.ip))
      .map(({ host }) => host);
    const alike = { namespace, labels, annotations, serviceAccount, locality, node, proxy, ports };
    return this.#once(JSON.stringify(alike), () => ofMesh(this.#mesh, pod));
  }

  /** Of an Envoy without a mesh. */
  ofStandalone(pod: Pod, { container }: Program): Configuration {
    return this.#once(`${pod.namespace}/${pod.name}`, () => ofFile(pod, container));
  }

  #once(key: string, make: () => Omit<Configuration, 'id'>): Configuration {
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = { ...make(), id: this.#known.size }));
    return known;
  }
}

function ofMesh(mesh: Mesh, pod: Pod): Omit<Configuration, 'id'> {
  const config = proxyConfig(mesh, pod);
  const routes = new Map(config.routes.map((table) => [table.name, table]));
  const chains = config.listeners.flatMap((listener) =>
    listener.filter_chains.map((chain) => ({ listener, chain })),
  );
  const inbound = new Map<number, RouteConfiguration>();
  for (const { listener, chain } of chains.sort(
    (a, b) => Number(isTls(b.chain)) - Number(isTls(a.chain)),
  )) {
    const manager = managerOf(chain);
    const port =
      pod.proxy === 'gateway'
        ? listener.address.socket_address.port_value
        : chain.filter_chain_match?.destination_port;
    const table = manager?.route_config ?? routes.get(manager?.rds?.route_config_name ?? '');
    const isForOthers = pod.proxy === 'gateway' || listener.traffic_direction === 'INBOUND';
    if (port !== undefined && table !== undefined && isForOthers) inbound.set(port, table);
  }
  return {
    clusters: new Map(config.clusters.map((cluster) => [cluster.name, cluster])),
    endpoints: new Map(config.endpoints.map((load) => [load.cluster_name, load])),
    ...{ routes, inbound, named: false },
  };
}

/** The plain chain comes last, and stays. */
function isTls({ filter_chain_match: match }: FilterChain): boolean {
  return match?.transport_protocol === 'tls';
}

function managerOf({ filters }: FilterChain): HttpConnectionManager | undefined {
  return filters
    .map(({ typed_config: config }) => config)
    .find((config): config is HttpConnectionManager => 'http_filters' in config);
}

function ofFile(pod: Pod, container: Program['container']): Omit<Configuration, 'id'> {
  const { listeners, clusters } = standaloneEnvoy(pod, container).static_resources;
  const inbound = new Map<number, RouteConfiguration>();
  for (const { address, filter_chains: chains } of listeners) {
    const [manager] = chains
      .flatMap(({ filters }) => filters)
      .map(({ typed_config: config }) => config as Partial<HttpConnectionManager>)
      .filter(({ route_config: table }) => table !== undefined);
    if (manager?.route_config !== undefined) {
      inbound.set(address.socket_address.port_value, manager.route_config);
    }
  }
  return {
    clusters: new Map(clusters.map((one) => [one.name, one as unknown as Cluster])),
    endpoints: new Map(
      clusters.map(({ name, load_assignment: load }) => [
        name,
        load as unknown as ClusterLoadAssignment,
      ]),
    ),
    ...{ routes: new Map<string, RouteConfiguration>(), inbound, named: true },
  };
}

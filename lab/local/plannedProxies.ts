/** The proxies of a run, before any of them is started. */
import type { Role } from '../../experiment/roles.ts';
import { proxyConfig } from '../istiod/proxyConfig.ts';
import type { Mesh, Pod } from '../mesh/model.ts';
import { behindCluster } from './behind.ts';
import { urlsCalled } from './calls.ts';
import { tcpPlace } from './tcpWays.ts';
import { gatewayBootstrap, inboundListenerName, sidecarBootstrap } from './bootstrap.ts';
import type { Plan } from '../mesh/plan.ts';
import { standaloneConfiguration } from './standalone.ts';

/** The local port behind an address of the mesh; undefined where nothing listens. */
export type PortOf = (address: string, port: number) => number | undefined;

/** A proxy before it is started. */
export interface PlannedProxy {
  readonly pod: Pod;
  readonly role: Role;
  /** The mesh's port that each of its listeners stands for, by its name. */
  readonly meshPorts: ReadonlyMap<string, number>;
  /** What it calls by name, where its configuration has no addresses of the mesh. */
  readonly upstreams?: readonly { readonly host: string; readonly port: number }[];
  readonly bootstrap: (portOf: PortOf) => object;
}

interface Running {
  readonly mesh: Mesh;
  readonly plan: Plan;
  /** By how much the mesh's times were shrunk: 1 for not at all. */
  readonly timeScale: number;
}

/** @param appPorts the local ports of each server's application, by container port */
export function plannedProxies(
  { mesh, plan, timeScale }: Running,
  appPorts: readonly ReadonlyMap<number, number>[],
): PlannedProxy[] {
  const loopback = (portOf: PortOf, ports: ReadonlyMap<number, number> = new Map()) => ({
    ...{ appPorts: ports, portOf, timeScale },
    behind: (cluster: string) => behindCluster(mesh.services, cluster),
  });
  const sidecar = (
    { pod, urls }: { readonly pod: Pod; readonly urls: readonly URL[] },
    role: Role,
    ports: ReadonlyMap<number, number>,
  ): PlannedProxy => {
    const called = urls
      .map((url) => tcpPlace(mesh, pod, url))
      .filter((place) => place !== undefined);
    const config = proxyConfig(mesh, pod);
    const meshPorts = new Map([...ports.keys()].map((port) => [inboundListenerName(port), port]));
    return {
      ...{ pod, role, meshPorts },
      bootstrap: (portOf) => sidecarBootstrap(config, pod, loopback(portOf, ports), called),
    };
  };
  return [
    ...plan.servers.flatMap(({ pod, env }, index) =>
      pod.proxy === 'none'
        ? []
        : [sidecar({ pod, urls: urlsCalled(env) }, 'server', appPorts[index] ?? new Map())],
    ),
    ...plan.gateways.map((pod): PlannedProxy => {
      const config = proxyConfig(mesh, pod);
      return {
        ...{ pod, role: 'gateway' },
        meshPorts: new Map(
          config.listeners.map(({ name, address }) => [name, address.socket_address.port_value]),
        ),
        bootstrap: (portOf) => gatewayBootstrap(config, pod, loopback(portOf)),
      };
    }),
    ...plan.standalone.map(({ pod, container }): PlannedProxy => {
      const { listeners, upstreams, bootstrap } = standaloneConfiguration(pod, container);
      return {
        ...{ pod, role: 'gateway', bootstrap, upstreams },
        meshPorts: new Map(listeners.map(({ name, port }) => [name, port])),
      };
    }),
    ...plan.clients
      .filter(({ pod }) => pod.proxy === 'sidecar')
      .map(({ pod, url }) => sidecar({ pod, urls: [url] }, 'client', new Map())),
  ];
}

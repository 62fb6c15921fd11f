/** Route configurations of an ingress gateway, one per port it listens on. */
import { gatewayName, hostMatches } from '../mesh/hosts.ts';
import type { Mesh, Pod, Service } from '../mesh/model.ts';
import { isHttp, isPlainTcp } from '../mesh/protocol.ts';
import { selects } from '../mesh/selects.ts';
import { message } from '../../envoy/proto.ts';
import { virtualServiceRoutes } from './routes.ts';
import type { VirtualService } from './routeContext.ts';
import { isCatchAll } from './routeMatch.ts';
import type { Scope } from './scope.ts';
import { hostsOf, routeConfiguration, virtualHost } from './virtualHosts.ts';
import type { Route, RouteConfiguration, VirtualHost } from '../../envoy/routeMessages.ts';

/** Servers of bytes: TCP, or what Istio takes for it, without TLS. */
export function tcpServers(mesh: Mesh, pod: Pod): TcpServer[] {
  return mesh.gateways
    .filter(({ spec }) => selects(spec.selector, pod.labels))
    .flatMap(({ namespace, name, spec }) =>
      spec.servers.filter(isPlainTcp).map((server) => ({
        ...{ gateway: `${namespace}/${name}`, namespace, port: server.port.number },
        hosts: server.hosts,
        targetPort: targetPortOf(mesh, pod, server.port.number),
      })),
    );
}

export interface TcpServer extends Server {
  readonly targetPort: number;
}

/** Whether a VirtualService is bound to the server's Gateway and one of their hosts is the same. */
export function isBound(source: VirtualService, server: Server): boolean {
  const { gateways = [] } = source.spec;
  if (!gateways.some((name) => gatewayName(name, source.namespace) === server.gateway)) {
    return false;
  }
  const served = server.hosts.flatMap((host) => hostFor(host, server, source.namespace));
  return intersection(served, hostsOf(source)).length > 0;
}

/** The servers of all Gateways on one port of the gateway's pod. */
export interface GatewayPort {
  readonly targetPort: number;
  readonly servers: readonly Server[];
}

interface Server {
  /** `namespace/name` */
  readonly gateway: string;
  readonly namespace: string;
  readonly port: number;
  readonly hosts: readonly string[];
}

/** The ports that Gateways open on the pods they select; a server's port is the Service's. */
export function gatewayPorts(mesh: Mesh, pod: Pod): GatewayPort[] {
  const byPort = new Map<number, GatewayPort>();
  for (const { namespace, name, spec } of mesh.gateways) {
    if (!selects(spec.selector, pod.labels)) continue;
    for (const server of spec.servers) {
      const { number, protocol } = server.port;
      if (!isHttp(protocol) || server.tls !== undefined) continue;
      const targetPort = targetPortOf(mesh, pod, number);
      const known = byPort.get(targetPort)?.servers ?? [];
      const own = { gateway: `${namespace}/${name}`, namespace, port: number, hosts: server.hosts };
      byPort.set(targetPort, {
        targetPort,
        servers: [...known, own],
      });
    }
  }
  return [...byPort.values()].sort((a, b) => a.targetPort - b.targetPort);
}

/** istiod names the routes of plain HTTP by the port of the pod; case gateway-plain. */
export function gatewayRouteName({ targetPort }: GatewayPort): string {
  return `http.${targetPort}`;
}

/** buildGatewayHTTPRouteConfig in istiod; cases gateway-*. */
export function gatewayRoutes(scope: Scope, pod: Pod): RouteConfiguration[] {
  return gatewayPorts(scope, pod).map((port) => {
    const hosts = new Map<string, VirtualHost>();
    for (const server of port.servers) {
      for (const [host, routes] of serverHosts(scope, pod, server)) {
        const earlier = hosts.get(host)?.routes ?? [];
        hosts.set(
          host,
          virtualHost(`${host}:${server.port}`, [host], sorted([...earlier, ...routes])),
        );
      }
    }
    const all = [...hosts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return routeConfiguration(gatewayRouteName(port), all.length === 0 ? [nobody(port)] : all);
  });
}

function serverHosts(scope: Scope, pod: Pod, server: Server): [string, Route[]][] {
  return scope.virtualServices
    .filter(({ namespace, spec }) =>
      (spec.gateways ?? []).some((name) => gatewayName(name, namespace) === server.gateway),
    )
    .flatMap((source) => {
      const routes = virtualServiceRoutes(
        { scope, pod, port: server.port, gateway: server.gateway, portOf: onlyPort(server.port) },
        source,
      );
      if (routes.length === 0) return [];
      const served = server.hosts.flatMap((host) => hostFor(host, server, source.namespace));
      return intersection(served, hostsOf(source)).map((host): [string, Route[]] => [host, routes]);
    });
}

/** A destination's only port, or the one the request came to (GetDestinationCluster). */
function onlyPort(fallback: number): (service: Service) => number {
  return ({ ports }) => (ports.length === 1 ? (ports[0]?.port ?? fallback) : fallback);
}

/** A server's host may be limited to VirtualServices of a namespace: `ns/host`, `./host`. */
function hostFor(text: string, server: Server, namespace: string): string[] {
  const [first = '', host] = text.split('/');
  if (host === undefined) return [first.toLowerCase()];
  const wanted = first === '.' ? server.namespace : first;
  return wanted === '*' || wanted === namespace ? [host.toLowerCase()] : [];
}

/** The narrower of each two hosts that match each other. */
function intersection(served: readonly string[], asked: readonly string[]): string[] {
  const both = served.flatMap((host) =>
    asked.flatMap((other) => {
      if (hostMatches(host, other)) return [other];
      return hostMatches(other, host) ? [host] : [];
    }),
  );
  return [...new Set(both)];
}

/** A route that catches everything goes last, behind those of other VirtualServices. */
function sorted(routes: readonly Route[]): Route[] {
  return [...routes.filter((route) => !isCatchAll(route)), ...routes.filter(isCatchAll)];
}

/** Envoy answers 404 where no VirtualService is bound to the gateway. */
function nobody({ servers }: GatewayPort): VirtualHost {
  return message<VirtualHost>({ name: `blackhole:${servers[0]?.port ?? 0}`, domains: ['*'] });
}

function targetPortOf(mesh: Mesh, pod: Pod, port: number): number {
  for (const service of mesh.services) {
    const own = service.ports.find((known) => known.port === port);
    const endpoint = service.endpoints.find(({ address }) => address === pod.ip);
    const target = own && endpoint?.ports[own.name];
    if (target !== undefined) return target;
  }
  return port;
}

/** Route configurations of a sidecar: who is meant by a Host header on a port. */
import { hostMatches, MESH_GATEWAY, resolveHost } from '../mesh/hosts.ts';
import { CLUSTER_DOMAIN, type Pod, type Service, type ServicePort } from '../mesh/model.ts';
import { message } from '../../envoy/proto.ts';
import { ALLOW_ANY, BLOCK_ALL, defaultRoute, virtualServiceRoutes } from './routes.ts';
import type { RouteContext, VirtualService } from './routeContext.ts';
import type { Scope } from './scope.ts';
import type { Route, RouteConfiguration, VirtualHost } from '../../envoy/routeMessages.ts';

const EVERY_HOST = ['*'];

/** What every outbound route configuration has; cases defaults, gateway-plain. */
export function routeConfiguration(
  name: string,
  virtual_hosts: readonly VirtualHost[],
): RouteConfiguration {
  return {
    name,
    virtual_hosts,
    validate_clusters: false,
    ignore_port_in_host_matching: true,
    max_direct_response_body_size_bytes: 1_048_576,
  };
}

/** Ports by name share the configuration `80`; a sniffed port has its own. */
export function routeName(service: Service, port: ServicePort): string {
  return port.protocol === 'auto' ? `${service.host}:${port.port}` : String(port.port);
}

/** The route configurations of a sidecar's outbound listeners. */
export function sidecarRoutes(scope: Scope, pod: Pod): RouteConfiguration[] {
  const ports = scope.services.flatMap((service) =>
    service.ports
      .filter(({ protocol }) => protocol !== 'tcp')
      .map((port) => ({ service, port, name: routeName(service, port) })),
  );
  const byName = new Map(ports.map((entry) => [entry.name, entry]));
  return [...byName.values()].map(({ name, service, port }) => {
    const hosts = sidecarHosts(scope, pod, port.port);
    if (port.protocol !== 'auto') return routeConfiguration(name, [...hosts, catchAll(scope)]);
    // Its listener stands on the service's own address: whatever the Host says, it is meant.
    const own = hosts.filter(({ domains }) => domains.includes(service.host));
    return routeConfiguration(
      name,
      own.map((host) => ({ ...host, domains: EVERY_HOST })),
    );
  });
}

/** The virtual hosts on a port: each service there, by VirtualService or by default, and others. */
function sidecarHosts(scope: Scope, pod: Pod, port: number): VirtualHost[] {
  const services = scope.services.filter(({ ports }) =>
    ports.some((own) => own.port === port && own.protocol !== 'tcp'),
  );
  const context: RouteContext = { scope, pod, port, gateway: MESH_GATEWAY, portOf: () => port };
  const sources = scope.virtualServices;
  const ofServices = services.map((service) => {
    const source = mostSpecific(sources, service.host);
    const routes = source === undefined ? [] : virtualServiceRoutes(context, source);
    // A VirtualService with no route for this port does not speak of the service there.
    return virtualHost(
      `${service.host}:${port}`,
      domainsOf(service, pod),
      routes.length === 0 ? [defaultRoute(context, service)] : routes,
    );
  });
  const others = sources.flatMap((source) =>
    hostsOf(source)
      .filter((host) => !services.some((service) => hostMatches(host, service.host)))
      // As in istiod: a name that is no service's is served on port 80, or beside one that is.
      .filter(() => port === 80 || services.some(({ host }) => speaksOf(source, host)))
      .map((host) => ({ host, routes: virtualServiceRoutes(context, source) }))
      .filter(({ routes }) => routes.length > 0)
      .map(({ host, routes }) => virtualHost(`${host}:${port}`, [host], routes)),
  );
  const byName = new Map([...others, ...ofServices].map((host) => [host.name, host]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A virtual host of an outbound or gateway route configuration; it counts attempts. */
export function virtualHost(
  name: string,
  domains: readonly string[],
  routes: readonly Route[],
): VirtualHost {
  return message<VirtualHost>({ name, domains, routes, include_request_attempt_count: true });
}

/** What becomes of a request to a host that is not known; cases defaults, sidecar-registry-only. */
function catchAll({ registryOnly }: Scope): VirtualHost {
  return registryOnly
    ? virtualHost('block_all', EVERY_HOST, [BLOCK_ALL])
    : virtualHost('allow_any', EVERY_HOST, [ALLOW_ANY]);
}

/** Hosts of a VirtualService in full. */
export function hostsOf({ namespace, spec }: VirtualService): string[] {
  return spec.hosts.map((host) => resolveHost(host, namespace).toLowerCase());
}

/** Whether one of its hosts is the service's. */
export function speaksOf(source: VirtualService, host: string): boolean {
  return hostsOf(source).some((pattern) => hostMatches(pattern, host));
}

/** An exact host before a wildcard, a longer wildcard before a shorter, the first of equals. */
function mostSpecific(
  sources: readonly VirtualService[],
  host: string,
): VirtualService | undefined {
  const matches = sources.flatMap((source) =>
    hostsOf(source)
      .filter((pattern) => hostMatches(pattern, host))
      .map((pattern) => ({ source, rank: pattern === host ? Infinity : pattern.length })),
  );
  return matches.sort((a, b) => b.rank - a.rank)[0]?.source;
}

/**
 * Every name a client may use; the bare one in the service's own namespace only. Of a headless one each
 * pod has a name of its own (generateVirtualHostDomains in the source of istiod 1.30.3).
 */
function domainsOf(service: Service, pod: Pod): string[] {
  const { host, aliases = [], clusterIP, entry, resolution } = service;
  const named = [host, ...aliases].flatMap((name) => [name, `${name}.`, ...shortNames(name, pod)]);
  const isHeadless = entry === undefined && resolution === 'none';
  return [
    ...named,
    ...(isHeadless ? named.map((name) => `*.${name}`) : []),
    ...(clusterIP === undefined ? [] : [clusterIP]),
  ];
}

/** Of a name that is Kubernetes' own. */
export function shortNames(host: string, pod: Pod): string[] {
  const suffix = `.svc.${CLUSTER_DOMAIN}`;
  if (!host.endsWith(suffix)) return [];
  const short = host.slice(0, -suffix.length);
  const [name = '', namespace] = short.split('.');
  return namespace === pod.namespace ? [name, `${short}.svc`, short] : [short, `${short}.svc`];
}

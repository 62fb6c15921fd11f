/**
 * Where a proxy sends bytes: the `tcp` routes of VirtualServices, else the service itself. Restated
 * from the source of istiod 1.30.3: buildSidecarOutboundTCPFilterChainOpts and matchTCP in
 * pilot/pkg/networking/core/tls.go, buildOutboundNetworkFilters in networkfilter.go,
 * GetDestinationCluster in route/route.go.
 */
import { isDeepStrictEqual } from 'node:util';
import type {
  AccessLog,
  FilterChain,
  FilterChainMatch,
  NetworkFilter,
} from '../../envoy/listenerMessages.ts';
import { message } from '../../envoy/proto.ts';
import type { Destination, TcpMatch, TcpRoute } from '../../istio/virtualService.ts';
import { gatewayName, MESH_GATEWAY, resolveHost, serviceNamed } from '../mesh/hosts.ts';
import type { Pod, Service, ServicePort } from '../mesh/model.ts';
import { ruleFor, type Rule } from './destinationRules.ts';
import { isBound, type TcpServer } from './gateways.ts';
import * as names from './names.ts';
import type { VirtualService } from './routeContext.ts';
import type { Scope } from './scope.ts';
import { tcpProxy } from './tcpProxy.ts';
import { speaksOf } from './virtualHosts.ts';

/** Who sends bytes, and how it logs that. */
export interface Sender {
  readonly scope: Scope;
  readonly pod: Pod;
  readonly accessLog: readonly AccessLog[] | undefined;
}

/**
 * The filter chains of a service's port, up to the first that takes every connection there. A route
 * whose matches all name destination subnets is for those alone; a port that is TLS has no `tcp`
 * routes. Without a match for this proxy and port, the service's own cluster takes all.
 *
 * @param own what tells the service from others on its listener; undefined where nothing need
 */
export function tcpChains(
  sender: Sender,
  service: Service,
  port: ServicePort,
  own: FilterChainMatch | undefined,
): FilterChain[] {
  const routes = sender.scope.virtualServices
    .filter((source) => port.tls !== true && speaksOf(source, service.host))
    .flatMap((source) => (source.spec.tcp ?? []).map((route) => ({ source, route })));
  const chains: FilterChain[] = [];
  for (const { source, route } of routes) {
    const filter = proxyTo(sender, source, route, port.port);
    const { match = [] } = route;
    const matches = match.filter((one) => isFor(one, sender.pod, port.port, source.namespace));
    if (match.length === 0 || matches.some(isAnywhere)) {
      const config = names.configPath('virtual-service', source);
      return [...chains, { metadata: names.istioMetadata({ config }), ...chain(filter, own) }];
    }
    const subnets = matches.flatMap(({ destinationSubnets = [] }) => destinationSubnets);
    if (subnets.length > 0) chains.push(chain(filter, toAddresses(subnets)));
  }
  // Envoy takes no two chains of one match.
  if (chains.some(({ filter_chain_match: match }) => isDeepStrictEqual(match, own))) return chains;
  const policy = ruleFor(sender.scope, sender.pod, service, 'outbound')?.spec.trafficPolicy;
  const filter = tcpProxy(names.outboundCluster(service, port.port), sender.accessLog, {
    tcp: policy?.connectionPool?.tcp,
    hashed: policy?.loadBalancer?.consistentHash?.useSourceIp === true,
  });
  return [...chains, chain(filter, own)];
}

/**
 * What a gateway does with the bytes of a server: the first route that is for its port, of the
 * VirtualServices that are bound to it; undefined where there is none, and nothing listens then
 * (buildGatewayNetworkFiltersFromTCPRoutes in gateway.go).
 */
export function gatewayProxy(sender: Sender, server: TcpServer): NetworkFilter | undefined {
  for (const source of sender.scope.virtualServices) {
    if (!isBound(source, server)) continue;
    const route = source.spec.tcp?.find(({ match = [] }) =>
      [...match, ...(match.length === 0 ? [{}] : [])].some((one) =>
        isForServer(one, server, source),
      ),
    );
    if (route !== undefined) return proxyTo(sender, source, route, server.port);
  }
  return undefined;
}

/** Labels and namespaces are of sidecars: they are not looked at (l4SingleMatch). */
function isForServer(
  { port = 0, gateways = [] }: TcpMatch,
  server: TcpServer,
  { namespace }: VirtualService,
): boolean {
  const own = (name: string): boolean => gatewayName(name, namespace) === server.gateway;
  return [0, server.port].includes(port) && (gateways.length === 0 || gateways.some(own));
}

/** Connections to these addresses and blocks, in the order of their text (toFilterChainMatch). */
export function toAddresses(subnets: readonly string[]): FilterChainMatch {
  const ranges = subnets.toSorted().flatMap((text) => {
    const [address_prefix = '', length] = text.split('/');
    const whole = address_prefix.includes(':') ? 128 : 32;
    // Every address is no condition.
    if (address_prefix === '0.0.0.0') return [];
    return [{ address_prefix, prefix_len: Number(length ?? whole) }];
  });
  return ranges.length === 0 ? {} : { prefix_ranges: ranges };
}

/** The filter for a route's connections; the idle time is of the first destination's rule. */
function proxyTo(
  sender: Sender,
  source: VirtualService,
  { route }: TcpRoute,
  port: number,
): NetworkFilter {
  const [first] = route;
  const rule = first && ruleOf(sender, source, first.destination);
  const single = route.length === 1 ? first?.destination : undefined;
  const settings = {
    tcp: rule?.spec.trafficPolicy?.connectionPool?.tcp,
    hashed: isHashed(rule, single?.subset),
  };
  if (single !== undefined) {
    return tcpProxy(clusterOf(sender, source, single, port), sender.accessLog, settings);
  }
  const clusters = route.flatMap(({ destination, weight = 0 }) =>
    weight > 0 ? [{ name: clusterOf(sender, source, destination, port), weight }] : [],
  );
  const name = `${source.name}.${source.namespace}`;
  return tcpProxy({ name, clusters }, sender.accessLog, settings);
}

function ruleOf(
  { scope, pod }: Sender,
  source: VirtualService,
  { host }: Destination,
): Rule | undefined {
  const service = serviceNamed(scope.reachable, host, source.namespace);
  return service && ruleFor(scope, pod, service, 'outbound');
}

/** The port that it names, else its only one, else the one of the listener. */
function clusterOf(
  { scope }: Sender,
  source: VirtualService,
  destination: Destination,
  port: number,
): string {
  const service = serviceNamed(scope.reachable, destination.host, source.namespace);
  const host = service?.host ?? resolveHost(destination.host, source.namespace);
  const only = service?.ports.length === 1 ? service.ports[0]?.port : undefined;
  const number = destination.port?.number ?? only ?? port;
  return names.outboundCluster({ host }, number, destination.subset);
}

/** By the sender's address: of the rule, or of the subset where that balances in its own way (maybeSetHashPolicy). */
function isHashed(rule: Rule | undefined, subset: string | undefined): boolean {
  const own = rule?.spec.subsets?.find(({ name }) => name === subset)?.trafficPolicy?.loadBalancer;
  const balancer = own ?? rule?.spec.trafficPolicy?.loadBalancer;
  return balancer?.consistentHash?.useSourceIp === true;
}

/** What a match says of proxy and port, all of it: what is left of it is for Envoy to see. */
function isFor(match: TcpMatch, pod: Pod, port: number, namespace: string): boolean {
  const { gateways = [], sourceLabels = {}, sourceNamespace = '' } = match;
  const gateway = gateways.length === 0 || gateways.some((name) => isMesh(name, namespace));
  return (
    gateway &&
    Object.entries(sourceLabels).every(([key, value]) => pod.labels[key] === value) &&
    [0, port].includes(match.port ?? 0) &&
    ['', pod.namespace].includes(sourceNamespace)
  );
}

function isMesh(gateway: string, namespace: string): boolean {
  return gatewayName(gateway, namespace) === MESH_GATEWAY;
}

function isAnywhere({ destinationSubnets = [] }: TcpMatch): boolean {
  return destinationSubnets.length === 0;
}

/** @param match unset for every connection */
export function chain(filter: NetworkFilter, match?: FilterChainMatch): FilterChain {
  return message<FilterChain>({
    filter_chain_match: match,
    filters: [filter],
    transport_socket_connect_timeout: '15s',
  });
}

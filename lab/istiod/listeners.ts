/** Listeners of a sidecar's way out and of a gateway. */
import { isDeepStrictEqual } from 'node:util';
import type { Pod, Service, ServicePort } from '../mesh/model.ts';
import type { AccessLogs } from './accessLog.ts';
import { gatewayPorts, gatewayRouteName, tcpServers } from './gateways.ts';
import { httpConnectionManager } from './httpConnectionManager.ts';
import { HTTP_INSPECTOR, PLAIN_HTTP, TLS_INSPECTOR } from './listenerFilters.ts';
import * as names from './names.ts';
import { message } from '../../envoy/proto.ts';
import type { Scope } from './scope.ts';
import { tcpProxy } from './tcpProxy.ts';
import { chain, gatewayProxy, tcpChains, toAddresses } from './tcpRoutes.ts';
import { routeName, shortNames } from './virtualHosts.ts';
import type {
  FilterChain,
  FilterChainMatch,
  Listener,
  NetworkFilter,
} from '../../envoy/listenerMessages.ts';

export const ANYWHERE = '0.0.0.0';
const VIRTUAL_OUTBOUND_PORT = 15_001;

/**
 * The listeners for a sidecar's own requests: for ports that are HTTP by name one per port number,
 * for other ports one on the service's address; and the one that all traffic is redirected to.
 * Cases defaults, defaults-auto-protocol, defaults-tcp-port.
 */
export function outboundListeners(scope: Scope, pod: Pod, logs: AccessLogs): Listener[] {
  const byName = new Map<string, Listener>();
  for (const service of scope.services) {
    for (const port of service.ports) {
      for (const address of addressesOf(service, port, pod)) {
        const listener = outboundListener(scope, pod, { service, port, address }, logs);
        const known = byName.get(listener.name);
        byName.set(listener.name, known === undefined ? listener : both(known, listener));
      }
    }
  }
  return [...byName.values(), virtualOutbound(scope, logs)];
}

/**
 * Where a port is listened for: what is HTTP by its name anywhere, as the Host tells the services
 * apart; another on the service's address, or block of them; of a headless Service on that of each
 * of its pods.
 */
export function addressesOf(service: Service, { name, protocol }: ServicePort, pod: Pod): string[] {
  const { clusterIP, resolution, entry, endpoints } = service;
  if (protocol !== 'tcp' && protocol !== 'auto') return [ANYWHERE];
  if (clusterIP !== undefined) return [clusterIP];
  const isChosen = entry === undefined || endpoints.length > 0;
  if (resolution !== 'none' || !isChosen) return [ANYWHERE];
  return endpoints
    .filter(({ address, ports }) => ports[name] !== undefined && address !== pod.ip)
    .map(({ address }) => address);
}

/** TLS for several services of one port is told apart by whom it asks for; of others the first holds. */
function both(known: Listener, other: Listener): Listener {
  const isTold = ({ filter_chain_match: match }: FilterChain): boolean =>
    match?.server_names !== undefined || match?.prefix_ranges !== undefined;
  if (!known.filter_chains.every(isTold)) return known;
  const more = other.filter_chains.filter(
    (one) =>
      isTold(one) &&
      !known.filter_chains.some(({ filter_chain_match: match }) =>
        isDeepStrictEqual(match, one.filter_chain_match),
      ),
  );
  return { ...known, filter_chains: [...known.filter_chains, ...more] };
}

/** The listeners that Gateways open; cases gateway-*. Of bytes the first server of a port holds. */
export function gatewayListeners(scope: Scope, pod: Pod, logs: AccessLogs): Listener[] {
  const byPort = new Map<number, NetworkFilter>();
  for (const port of gatewayPorts(scope, pod)) {
    const manager = httpConnectionManager({
      side: 'gateway',
      statPrefix: `outbound_${ANYWHERE}_${port.targetPort}`,
      routes: gatewayRouteName(port),
      accessLog: logs.filter,
    });
    byPort.set(port.targetPort, manager);
  }
  for (const server of tcpServers(scope, pod)) {
    const filter = gatewayProxy({ scope, pod, accessLog: logs.filter }, server);
    if (filter !== undefined && !byPort.has(server.targetPort)) {
      byPort.set(server.targetPort, filter);
    }
  }
  return [...byPort].map(([port, filter]) =>
    message<Listener>({
      ...at(ANYWHERE, port),
      traffic_direction: 'OUTBOUND',
      access_log: logs.listener,
      max_connections_to_accept_per_socket_event: 1,
      filter_chains: [chain(filter)],
    }),
  );
}

interface At {
  readonly service: Service;
  readonly port: ServicePort;
  /** An address, or a CIDR block. */
  readonly address: string;
}

function outboundListener(
  scope: Scope,
  pod: Pod,
  { service, port, address: from }: At,
  logs: AccessLogs,
): Listener {
  const byName = port.protocol !== 'tcp' && port.protocol !== 'auto';
  const isBlock = from.includes('/');
  const address = isBlock ? ANYWHERE : from;
  const own = message<FilterChainMatch>({
    server_names: port.tls && address === ANYWHERE ? serverNames(service, pod) : undefined,
    ...(isBlock && toAddresses([from])),
  });
  const sender = { scope, pod, accessLog: logs.filter };
  const tcp = byName
    ? []
    : tcpChains(sender, service, port, Object.keys(own).length === 0 ? undefined : own);
  const chains = port.protocol === 'tcp' ? tcp : [...tcp, httpChain(service, port, address, logs)];
  const has = (field: keyof FilterChainMatch): boolean =>
    chains.some(({ filter_chain_match: match }) => match?.[field] !== undefined);
  const filters = [
    ...(has('server_names') ? [TLS_INSPECTOR] : []),
    ...(has('application_protocols') ? [HTTP_INSPECTOR] : []),
  ];
  return message<Listener>({
    ...at(address, port.port),
    traffic_direction: 'OUTBOUND',
    bind_to_port: false,
    continue_on_listener_filters_timeout: true,
    listener_filters_timeout: '0s',
    listener_filters: filters.length === 0 ? undefined : filters,
    ...inOrder(chains, passthrough(scope, logs)),
  });
}

/** What takes every connection is the default, unless it is alone (buildListenerFromEntry). */
function inOrder(
  chains: readonly FilterChain[],
  otherwise: FilterChain,
): Pick<Listener, 'filter_chains' | 'default_filter_chain'> {
  const told = chains.filter(({ filter_chain_match: match }) => match !== undefined);
  const rest = chains.find(({ filter_chain_match: match }) => match === undefined);
  if (told.length === 0) return { filter_chains: chains };
  return { filter_chains: told, default_filter_chain: rest ?? otherwise };
}

function httpChain(
  service: Service,
  port: ServicePort,
  address: string,
  { filter }: AccessLogs,
): FilterChain {
  const manager = httpConnectionManager({
    side: 'outbound',
    statPrefix: `outbound_${address}_${port.port}`,
    routes: routeName(service, port),
    accessLog: filter,
  });
  return chain(manager, { transport_protocol: 'raw_buffer', application_protocols: PLAIN_HTTP });
}

/** Whom a TLS client asks for where only that tells the services of a port apart. */
function serverNames({ host, aliases = [] }: Service, pod: Pod): string[] {
  return [host, ...aliases.flatMap((name) => [name, `${name}.`, ...shortNames(name, pod)])];
}

function virtualOutbound(scope: Scope, logs: AccessLogs): Listener {
  return message<Listener>({
    ...at(ANYWHERE, VIRTUAL_OUTBOUND_PORT),
    name: 'virtualOutbound',
    traffic_direction: 'OUTBOUND',
    access_log: logs.listener,
    max_connections_to_accept_per_socket_event: 1,
    use_original_dst: true,
    filter_chains: [
      {
        name: 'virtualOutbound-blackhole',
        filter_chain_match: { destination_port: VIRTUAL_OUTBOUND_PORT },
        // What was sent to the proxy itself has nowhere to go; it is not logged.
        filters: [tcpProxy(names.BLACK_HOLE, undefined)],
      },
      {
        name: 'virtualOutbound-catchall-tcp',
        filters: [tcpProxy(unknown(scope), logs.filter)],
      },
    ],
  });
}

function passthrough(scope: Scope, logs: AccessLogs): FilterChain {
  return {
    name: 'PassthroughFilterChain',
    filter_chain_match: {},
    filters: [tcpProxy(unknown(scope), logs.filter)],
  };
}

/** Where bytes go that no service is known for. */
function unknown({ registryOnly }: Scope): string {
  return registryOnly ? names.BLACK_HOLE : names.PASSTHROUGH;
}

export function listenerName(address: string, port: number): string {
  return `${address}_${port}`;
}

function at(address: string, port: number): Pick<Listener, 'name' | 'address'> {
  return {
    name: listenerName(address, port),
    address: { socket_address: { address, port_value: port } },
  };
}

/** Listeners of a sidecar's way out and of a gateway. */
import type { Mesh, Pod, Service, ServicePort } from '../mesh/model.ts';
import type { AccessLogs } from './accessLog.ts';
import { gatewayPorts, gatewayRouteName } from './gateways.ts';
import { httpConnectionManager } from './httpConnectionManager.ts';
import { HTTP_INSPECTOR, PLAIN_HTTP } from './listenerFilters.ts';
import * as names from './names.ts';
import { message } from '../../envoy/proto.ts';
import type { Scope } from './scope.ts';
import { tcpProxy } from './tcpProxy.ts';
import { ruleFor } from './destinationRules.ts';
import { portPolicy } from './trafficPolicy.ts';
import { routeName } from './virtualHosts.ts';
import type { FilterChain, Listener, NetworkFilter } from '../../envoy/listenerMessages.ts';

const ANYWHERE = '0.0.0.0';
const VIRTUAL_OUTBOUND_PORT = 15_001;

/**
 * The listeners for a sidecar's own requests: for ports that are HTTP by name one per port number,
 * for other ports one on the service's address; and the one that all traffic is redirected to.
 * Cases defaults, defaults-auto-protocol, defaults-tcp-port.
 */
export function outboundListeners(scope: Scope, pod: Pod, logs: AccessLogs): Listener[] {
  const listeners = scope.services.flatMap((service) =>
    service.ports.map((port) => outboundListener(scope, pod, service, port, logs)),
  );
  const byName = new Map(listeners.map((listener) => [listener.name, listener]));
  return [...byName.values(), virtualOutbound(scope, logs)];
}

/** The listeners that Gateways open; cases gateway-*. */
export function gatewayListeners(mesh: Mesh, pod: Pod, logs: AccessLogs): Listener[] {
  return gatewayPorts(mesh, pod).map((port) =>
    message<Listener>({
      ...at(ANYWHERE, port.targetPort),
      traffic_direction: 'OUTBOUND',
      access_log: logs.listener,
      max_connections_to_accept_per_socket_event: 1,
      filter_chains: [
        chain(
          httpConnectionManager({
            side: 'gateway',
            statPrefix: `outbound_${ANYWHERE}_${port.targetPort}`,
            routes: gatewayRouteName(port),
            accessLog: logs.filter,
          }),
        ),
      ],
    }),
  );
}

function outboundListener(
  scope: Scope,
  pod: Pod,
  service: Service,
  port: ServicePort,
  logs: AccessLogs,
): Listener {
  const byName = port.protocol !== 'tcp' && port.protocol !== 'auto';
  const address = byName ? ANYWHERE : service.clusterIP;
  const cluster = names.outboundCluster(service, port.port);
  const { connectionPool } = portPolicy(
    ruleFor(scope, pod, service, 'outbound')?.spec.trafficPolicy,
    port.port,
  );
  const tcp = chain(tcpProxy(cluster, logs.filter, connectionPool?.tcp));
  const listener = {
    ...at(address, port.port),
    traffic_direction: 'OUTBOUND',
    bind_to_port: false,
    continue_on_listener_filters_timeout: true,
    listener_filters_timeout: '0s',
  } as const;
  if (port.protocol === 'tcp') return { ...listener, filter_chains: [tcp] };
  const http = chain(
    httpConnectionManager({
      side: 'outbound',
      statPrefix: `outbound_${address}_${port.port}`,
      routes: routeName(service, port),
      accessLog: logs.filter,
    }),
  );
  return {
    ...listener,
    listener_filters: [HTTP_INSPECTOR],
    filter_chains: [
      {
        ...http,
        filter_chain_match: {
          transport_protocol: 'raw_buffer',
          application_protocols: PLAIN_HTTP,
        },
      },
    ],
    default_filter_chain: byName ? passthrough(scope, logs) : tcp,
  };
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

function chain(filter: NetworkFilter): FilterChain {
  return { filters: [filter], transport_socket_connect_timeout: '15s' };
}

function at(address: string, port: number): Pick<Listener, 'name' | 'address'> {
  return {
    name: `${address}_${port}`,
    address: { socket_address: { address, port_value: port } },
  };
}

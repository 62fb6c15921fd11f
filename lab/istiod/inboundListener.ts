/** The listener in front of a pod's application, `virtualInbound`. */
import type {
  FilterChain,
  FilterChainMatch,
  Listener,
  NetworkFilter,
} from '../../envoy/listenerMessages.ts';
import type { Mesh, Pod, Protocol } from '../mesh/model.ts';
import type { AccessLogs } from './accessLog.ts';
import { httpConnectionManager } from './httpConnectionManager.ts';
import { inboundPorts, type InboundPort } from './inbound.ts';
import {
  HTTP_INSPECTOR,
  offOn,
  ORIGINAL_DST,
  PLAIN_HTTP,
  TLS_INSPECTOR,
} from './listenerFilters.ts';
import { inboundMode, type Mode } from './mtls.ts';
import * as names from './names.ts';
import { message } from '../../envoy/proto.ts';
import { inboundRoute } from './routes.ts';
import { tcpProxy } from './tcpProxy.ts';
import { downstreamTls } from './tls.ts';
import type { RouteConfiguration } from '../../envoy/routeMessages.ts';

const PORT = 15_006;

/** Sidecars say by ALPN what they carry under mutual TLS. */
const ISTIO_HTTP = ['istio-http/1.0', 'istio-http/1.1', 'istio-h2'];
const ISTIO_TCP = ['istio-peer-exchange', 'istio'];
const ISTIO_ANY = ['istio', 'istio-peer-exchange', ...ISTIO_HTTP];
const HTTP_SOCKET = downstreamTls(['h2', 'http/1.1']);
const TCP_SOCKET = downstreamTls(['istio-peer-exchange', 'h2', 'http/1.1']);

/** One listener with filter chains for each port; cases defaults*, mtls-*. */
export function inboundListener(mesh: Mesh, pod: Pod, logs: AccessLogs): Listener {
  const ports = inboundPorts(mesh, pod);
  const mode = inboundMode(mesh, pod);
  const modes = ports.map(({ targetPort }) => inboundMode(mesh, pod, targetPort));
  return message<Listener>({
    name: 'virtualInbound',
    address: { socket_address: { address: '0.0.0.0', port_value: PORT } },
    traffic_direction: 'INBOUND',
    access_log: logs.listener,
    continue_on_listener_filters_timeout: true,
    listener_filters_timeout: '0s',
    max_connections_to_accept_per_socket_event: 1,
    listener_filters: listenerFilters(ports, [mode, ...modes]),
    filter_chains: [
      {
        name: 'virtualInbound-blackhole',
        filter_chain_match: { destination_port: PORT },
        filters: [tcpProxy(names.BLACK_HOLE, undefined)],
      },
      ...catchAllChains(mode, logs),
      ...ports.flatMap((port, i) => portChains(port, modes[i] ?? mode, logs)),
    ],
  });
}

/** What is known by name need not be sniffed, nor need TLS be where nobody speaks it. */
function listenerFilters(
  ports: readonly InboundPort[],
  modes: readonly Mode[],
): Listener['listener_filters'] {
  const known = ports.filter(({ port }) => port.protocol !== 'auto');
  const sniffed = modes.some((mode) => mode !== 'STRICT') || known.length < ports.length;
  return [
    ORIGINAL_DST,
    ...(modes.some((mode) => mode !== 'DISABLE') ? [offOn(TLS_INSPECTOR, [PORT])] : []),
    ...(sniffed
      ? [offOn(HTTP_INSPECTOR, [...known.map(({ targetPort }) => targetPort), PORT])]
      : []),
  ];
}

interface Match {
  readonly match: FilterChainMatch;
  readonly tls?: FilterChain['transport_socket'];
}

const PLAIN: Match = { match: { transport_protocol: 'raw_buffer' } };
/** TLS that is not the mesh's own goes through as the bytes it is. */
const FOREIGN_TLS: Match = { match: { transport_protocol: 'tls' } };

function mutual(tls: FilterChain['transport_socket'], application_protocols?: string[]): Match {
  return {
    match: message<FilterChainMatch>({ transport_protocol: 'tls', application_protocols }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/**
 * The ways in, for what is handled as HTTP and for what is handled as bytes
 * (getFilterChainMatchOptions in istiod).
 */
function ways(protocol: Protocol, mode: Mode): { http: Match[]; tcp: Match[] } {
  const plainHttp: Match = {
    match: { transport_protocol: 'raw_buffer', application_protocols: PLAIN_HTTP },
  };
  const inMode = (tls: Match[], plain: Match[]): Match[] => [
    ...(mode === 'DISABLE' ? [] : tls),
    ...(mode === 'STRICT' ? [] : plain),
  ];
  if (protocol === 'auto') {
    const strict = mode === 'STRICT';
    return {
      http: inMode([mutual(HTTP_SOCKET, ISTIO_HTTP)], [plainHttp]),
      tcp: inMode(
        [mutual(TCP_SOCKET, strict ? undefined : ISTIO_TCP)],
        mode === 'DISABLE' ? [PLAIN] : [PLAIN, FOREIGN_TLS],
      ),
    };
  }
  const alpn = mode === 'STRICT' ? undefined : ISTIO_ANY;
  if (protocol === 'tcp') {
    const plain = mode === 'DISABLE' ? [PLAIN] : [FOREIGN_TLS, PLAIN];
    return { http: [], tcp: inMode([mutual(TCP_SOCKET, alpn)], plain) };
  }
  return { http: inMode([mutual(HTTP_SOCKET, alpn)], [PLAIN]), tcp: [] };
}

/** For ports that no service has. */
function catchAllChains(mode: Mode, logs: AccessLogs): FilterChain[] {
  const { http, tcp } = ways('auto', mode);
  const manager = httpConnectionManager({
    side: 'inbound',
    statPrefix: names.INBOUND_PASSTHROUGH,
    routes: inboundRoutes(names.INBOUND_PASSTHROUGH, '', 0, true),
    accessLog: logs.filter,
  });
  const proxy = tcpProxy(names.INBOUND_PASSTHROUGH, logs.filter);
  return [
    ...http.map((way) => chain('virtualInbound-catchall-http', way, manager)),
    ...tcp.map((way) => chain('virtualInbound', way, proxy)),
  ];
}

function portChains(inbound: InboundPort, mode: Mode, logs: AccessLogs): FilterChain[] {
  const { targetPort, port, service } = inbound;
  const name = `0.0.0.0_${targetPort}`;
  const cluster = names.inboundCluster(targetPort);
  const { http, tcp } = ways(port.protocol, mode);
  const manager = httpConnectionManager({
    side: 'inbound',
    statPrefix: `inbound_${name}`,
    routes: inboundRoutes(cluster, service.host, port.port, port.protocol !== 'grpc'),
    http2: port.protocol === 'http2' || port.protocol === 'grpc',
    accessLog: logs.filter,
  });
  const proxy = tcpProxy(cluster, logs.filter);
  return [
    ...http.map((way) => chain(name, way, manager, targetPort)),
    ...tcp.map((way) => chain(name, way, proxy, targetPort)),
  ];
}

function chain(name: string, way: Match, filter: NetworkFilter, port?: number): FilterChain {
  return message<FilterChain>({
    name,
    filter_chain_match: message<FilterChainMatch>({ destination_port: port, ...way.match }),
    filters: [filter],
    transport_socket: way.tls,
  });
}

/** buildSidecarInboundHTTPRouteConfig in istiod. */
function inboundRoutes(
  cluster: string,
  host: string,
  port: number,
  retried: boolean,
): RouteConfiguration {
  return {
    name: cluster,
    validate_clusters: false,
    virtual_hosts: [
      {
        name: `inbound|http|${port}`,
        domains: ['*'],
        routes: [inboundRoute(cluster, `${host}:${port}/*`, retried)],
      },
    ],
  };
}

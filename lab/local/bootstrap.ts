/**
 * A proxy's configuration, as istiod would send it, made runnable on loopback by an upstream Envoy:
 * static instead of discovered, endpoints and listeners on 127.0.0.1, without mTLS and without the
 * filters that only Istio's own build of Envoy has. Breakers, outlier detection, load balancing,
 * routes, retries and timeouts stay as they are.
 */
import type { FilterChain, HttpConnectionManager, TcpProxy } from '../../envoy/listenerMessages.ts';
import type { ProxyConfig } from '../../envoy/proxyConfig.ts';
import type { Pod } from '../mesh/model.ts';
import { CLUSTER_DOMAIN } from '../mesh/model.ts';
import { type Loopback, staticClusters } from './staticClusters.ts';
import { bytesProxy, type TcpPlace, tcpListenerName, tcpWay } from './tcpWays.ts';
import { ISTIO_ACCESS_LOG_FORMAT } from '../../envoy/accessLogFormat.ts';
import type { RouteConfiguration, VirtualHost } from '../../envoy/routeMessages.ts';

/** Name of the listener that a client reaches as its HTTP proxy. */
export const OUTBOUND_LISTENER = 'outbound';

/** Name of the listener in front of an application's container port. */
export function inboundListenerName(containerPort: number): string {
  return `inbound_${containerPort}`;
}

/** Unknown to an upstream Envoy (istiod/README.md, Upstream Envoy). */
const ISTIO_FILTERS: ReadonlySet<string> = new Set([
  'istio.metadata_exchange',
  'istio.alpn',
  'istio.stats',
]);

export const LOOPBACK_ANY_PORT = { socket_address: { address: '127.0.0.1', port_value: 0 } };

/**
 * The bootstrap of a sidecar: an inbound listener per container port, one outbound listener, and one
 * for each TCP port that the pod calls.
 */
export function sidecarBootstrap(
  config: ProxyConfig,
  pod: Pod,
  loopback: Loopback,
  called: readonly TcpPlace[] = [],
): object {
  const inbound = [...loopback.appPorts.keys()].flatMap((containerPort) => {
    const filter = inboundFilter(config, containerPort);
    return filter === undefined ? [] : [listener(inboundListenerName(containerPort), filter)];
  });
  const ways = new Map(called.map((place) => [tcpListenerName(place), place]));
  const outbound = outboundManager(config);
  return bootstrap(pod, config, loopback, [
    ...inbound,
    ...[...ways].flatMap(([name, place]) => {
      const proxy = tcpWay(config, pod, place);
      return proxy === undefined ? [] : [listener(name, proxy)];
    }),
    ...(outbound === undefined
      ? []
      : [
          listener(OUTBOUND_LISTENER, {
            ...outbound,
            route_config: mergedRoutes(config.routes, pod.namespace),
          }),
        ]),
  ]);
}

/** The bootstrap of an ingress gateway: its own listeners, by their own names. */
export function gatewayBootstrap(config: ProxyConfig, pod: Pod, loopback: Loopback): object {
  const listeners = config.listeners.flatMap(({ name, filter_chains: chains }) => {
    const bytes = chains.map(bytesProxy).find((found) => found !== undefined);
    if (bytes !== undefined) return [listener(name, bytes)];
    const manager = chains.map(httpManager).find((found) => found !== undefined);
    const routes = config.routes.find((route) => route.name === manager?.rds?.route_config_name);
    if (manager === undefined || routes === undefined) return [];
    // Requests come from outside; their id ties the client's record to the gateway's log.
    return [
      listener(name, { ...manager, preserve_external_request_id: true, route_config: routes }),
    ];
  });
  return bootstrap(pod, config, loopback, listeners);
}

function bootstrap(
  pod: Pod,
  config: ProxyConfig,
  loopback: Loopback,
  listeners: readonly object[],
): object {
  return {
    node: { id: `${pod.name}.${pod.namespace}`, cluster: `${pod.workload}.${pod.namespace}` },
    ...OBSERVED,
    static_resources: {
      clusters: staticClusters(config, loopback),
      listeners,
    },
  };
}

/**
 * The filter in front of a container port: the manager of the chain that takes plain HTTP, where there
 * is one, else what passes bytes on.
 */
function inboundFilter(
  config: ProxyConfig,
  containerPort: number,
): HttpConnectionManager | TcpProxy | undefined {
  const chains = config.listeners
    .flatMap(({ filter_chains: all }) => all)
    .filter(({ filter_chain_match: match }) => match?.destination_port === containerPort)
    .sort((a, b) => Number(isTls(a)) - Number(isTls(b)));
  return (
    chains.map(httpManager).find((manager) => manager?.route_config !== undefined) ??
    chains.map(bytesProxy).find((proxy) => proxy !== undefined)
  );
}

function isTls({ filter_chain_match: match }: FilterChain): boolean {
  return match?.transport_protocol === 'tls';
}

function outboundManager(config: ProxyConfig): HttpConnectionManager | undefined {
  return config.listeners
    .filter(({ traffic_direction: direction }) => direction === 'OUTBOUND')
    .flatMap(({ filter_chains: chains }) => chains)
    .map(httpManager)
    .find((manager) => manager !== undefined);
}

function httpManager({ filters }: FilterChain): HttpConnectionManager | undefined {
  return filters
    .map(({ typed_config: config }) => config)
    .find((config): config is HttpConnectionManager => 'http_filters' in config);
}

type Manager = HttpConnectionManager & { readonly preserve_external_request_id?: true };

function listener(name: string, filter: Manager | TcpProxy): object {
  const own = 'http_filters' in filter ? managerFilter(filter) : bytesFilter(filter);
  return { name, address: LOOPBACK_ANY_PORT, filter_chains: [{ filters: [own] }] };
}

function managerFilter({ rds, http_filters: filters, ...kept }: Manager): object {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      ...kept,
      http_filters: filters.filter((filter) => !ISTIO_FILTERS.has(filter.name)),
      access_log: [ACCESS_LOG],
    },
  };
}

function bytesFilter(proxy: TcpProxy): object {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: { ...proxy, access_log: [ACCESS_LOG] },
  };
}

/** The file, in Envoy's own folder, that says when an endpoint was ejected and came back. */
export const OUTLIER_LOG = 'outlier-events.log';

/** How a run looks into a proxy; in place of what a configuration of its own says, which may hide it. */
export const OBSERVED = {
  stats_config: {},
  admin: { address: LOOPBACK_ANY_PORT },
  cluster_manager: { outlier_detection: { event_log_path: OUTLIER_LOG } },
};

/** Istio's format; on standard output itself, as that may be a socket, which cannot be opened. */
export const ACCESS_LOG = {
  name: 'envoy.access_loggers.stdout',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog',
    log_format: { text_format_source: { inline_string: ISTIO_ACCESS_LOG_FORMAT } },
  },
};

/**
 * All ports' routes in one table, told apart by the port in the host name. In a cluster each port
 * has its own listener; here the client asks one proxy for `http://pyserver/` and
 * `http://pyserver:8080/` alike. What no service is called ends in 404 NR, not outside.
 */
function mergedRoutes(
  routes: readonly RouteConfiguration[],
  namespace: string,
): RouteConfiguration {
  // An auto-protocol port's listener comes before the table of its number, which knows its host too.
  const ownFirst = routes.toSorted(
    (a, b) => Number(b.name.includes(':')) - Number(a.name.includes(':')),
  );
  const taken = new Set<string>();
  return {
    name: OUTBOUND_LISTENER,
    validate_clusters: false,
    virtual_hosts: ownFirst.flatMap(({ name, virtual_hosts: hosts }) => {
      // `80`, or `pyserver.circuitbreaker.svc.cluster.local:80` for an auto-protocol port.
      const [port = '', host] = name.split(':').reverse();
      return hosts
        .filter((virtualHost) => virtualHost.name !== 'allow_any')
        .flatMap((virtualHost): VirtualHost[] => {
          const known = host === undefined ? virtualHost.domains : serviceNames(host, namespace);
          const domains = known
            .flatMap((domain) => (port === '80' ? [domain, `${domain}:80`] : [`${domain}:${port}`]))
            .filter((domain) => !taken.has(domain));
          for (const domain of domains) taken.add(domain);
          if (domains.length === 0) return [];
          return [{ ...virtualHost, name: `${virtualHost.name}@${port}`, domains }];
        });
    }),
  };
}

/** What a pod may call a service: an auto-protocol port's own route table matches any name. */
function serviceNames(host: string, namespace: string): string[] {
  const [service = '', home = ''] = host.replace(`.svc.${CLUSTER_DOMAIN}`, '').split('.');
  const qualified = [host, `${service}.${home}`, `${service}.${home}.svc`];
  return home === namespace ? [...qualified, service] : qualified;
}

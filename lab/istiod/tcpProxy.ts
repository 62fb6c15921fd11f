import type { AccessLog, TcpProxy } from '../../envoy/listenerMessages.ts';
import type { ConnectionPool } from '../../istio/destinationRule.ts';
import { typedMessage, duration, extension, message } from '../../envoy/proto.ts';
import type { Extension } from '../../envoy/messages.ts';

/** Clusters that share the connections, and what their statistics are called. */
export interface Shared {
  readonly name: string;
  readonly clusters: readonly { readonly name: string; readonly weight: number }[];
}

interface Settings {
  readonly tcp?: ConnectionPool['tcp'];
  /** Whether connections from one address go to one endpoint. */
  readonly hashed?: boolean;
}

/** The filter that passes bytes to a cluster, or to one of several; case pool-all-fields-tcp-port. */
export function tcpProxy(
  to: string | Shared,
  accessLog: readonly AccessLog[] | undefined,
  { tcp = {}, hashed = false }: Settings = {},
): Extension<TcpProxy> {
  const where =
    typeof to === 'string'
      ? { cluster: to, stat_prefix: to }
      : { weighted_clusters: { clusters: to.clusters }, stat_prefix: to.name };
  return extension(
    'envoy.filters.network.tcp_proxy',
    typedMessage<TcpProxy>(
      'extensions.filters.network.tcp_proxy.v3.TcpProxy',
      message<Omit<TcpProxy, '@type'>>({
        ...where,
        access_log: accessLog,
        idle_timeout: duration(tcp.idleTimeout),
        max_downstream_connection_duration: duration(tcp.maxConnectionDuration),
        hash_policy: hashed ? [{ source_ip: {} }] : undefined,
      }),
    ),
  );
}

import type { AccessLog, TcpProxy } from '../../envoy/listenerMessages.ts';
import type { ConnectionPool } from '../../istio/destinationRule.ts';
import { typedMessage, duration, extension, message } from '../../envoy/proto.ts';
import type { Extension } from '../../envoy/messages.ts';

/** The filter that passes bytes to a cluster; case pool-all-fields-tcp-port. */
export function tcpProxy(
  cluster: string,
  accessLog: readonly AccessLog[] | undefined,
  tcp: ConnectionPool['tcp'] = {},
): Extension<TcpProxy> {
  return extension(
    'envoy.filters.network.tcp_proxy',
    typedMessage<TcpProxy>(
      'extensions.filters.network.tcp_proxy.v3.TcpProxy',
      message<Omit<TcpProxy, '@type'>>({
        cluster,
        stat_prefix: cluster,
        access_log: accessLog,
        idle_timeout: duration(tcp.idleTimeout),
        max_downstream_connection_duration: duration(tcp.maxConnectionDuration),
      }),
    ),
  );
}

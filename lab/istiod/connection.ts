import type { ConnectionPool } from '../../istio/destinationRule.ts';
import { durationMs } from '../../istio/duration.ts';
import { duration, message } from '../../envoy/proto.ts';
import type { Cluster, TcpKeepalive } from '../../envoy/messages.ts';

/** The mesh's default (MeshConfig.connectTimeout). */
export const DEFAULT_CONNECT_TIMEOUT = '10s';

/** Timeout and keep-alive of a cluster's connections; case pool-all-fields. */
export function connection({ tcp }: ConnectionPool = {}): Pick<
  Cluster,
  'connect_timeout' | 'upstream_connection_options'
> {
  const keepalive = tcp?.tcpKeepalive;
  return message({
    connect_timeout: duration(tcp?.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT),
    upstream_connection_options: keepalive && {
      tcp_keepalive: message<TcpKeepalive>({
        keepalive_probes: keepalive.probes,
        keepalive_time: wholeSeconds(keepalive.time),
        keepalive_interval: wholeSeconds(keepalive.interval),
      }),
    },
  });
}

/** The socket options count whole seconds. */
function wholeSeconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Math.floor(durationMs(text) / 1000);
}

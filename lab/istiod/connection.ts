import type { ConnectionPool } from '../../istio/destinationRule.ts';
import { durationMs } from '../../istio/duration.ts';
import { duration, message } from '../../envoy/proto.ts';
import type { MeshConfig } from '../../istio/meshConfig.ts';
import type { Cluster, Duration, TcpKeepalive } from '../../envoy/messages.ts';

const DEFAULT_CONNECT_TIMEOUT = '10s';

/** The mesh's own timeout, for connections that no rule is for. */
export function connectTimeout({ connectTimeout: own }: MeshConfig): Duration {
  return duration(own ?? DEFAULT_CONNECT_TIMEOUT);
}

/**
 * Timeout and keep-alive of a cluster's connections: each word of the rule before the mesh's.
 * Cases pool-all-fields, mesh-config.
 */
export function connection(
  mesh: MeshConfig,
  { tcp }: ConnectionPool = {},
): Pick<Cluster, 'connect_timeout' | 'upstream_connection_options'> {
  const keepalive =
    mesh.tcpKeepalive || tcp?.tcpKeepalive
      ? { ...mesh.tcpKeepalive, ...tcp?.tcpKeepalive }
      : undefined;
  return message({
    connect_timeout: tcp?.connectTimeout ? duration(tcp.connectTimeout) : connectTimeout(mesh),
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

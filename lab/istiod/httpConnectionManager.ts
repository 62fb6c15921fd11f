import type { AccessLog, HttpConnectionManager } from '../../envoy/listenerMessages.ts';
import { ADS, typedMessage, extension, message } from '../../envoy/proto.ts';
import type { Extension } from '../../envoy/messages.ts';
import type { RouteConfiguration } from '../../envoy/routeMessages.ts';

/** The filters of every HTTP chain that Envoy has without Istio's own extensions. */
const HTTP_FILTERS: readonly Extension[] = [
  extension('envoy.filters.http.grpc_stats', {
    ...typedMessage('extensions.filters.http.grpc_stats.v3.FilterConfig'),
    emit_filter_state: true,
    stats_for_all_methods: false,
  }),
  extension('envoy.filters.http.fault', typedMessage('extensions.filters.http.fault.v3.HTTPFault')),
  extension('envoy.filters.http.cors', typedMessage('extensions.filters.http.cors.v3.Cors')),
  extension('envoy.filters.http.router', typedMessage('extensions.filters.http.router.v3.Router')),
];

const REQUEST_ID = {
  typed_config: {
    ...typedMessage('extensions.request_id.uuid.v3.UuidRequestIdConfig'),
    use_request_id_for_trace_sampling: true,
  },
};

/** Where a chain stands: it decides about identities and about the addresses of clients. */
export type Side = 'outbound' | 'inbound' | 'gateway';

const BY_SIDE: Record<Side, Pick<HttpConnectionManager, SideField>> = {
  outbound: { use_remote_address: false },
  inbound: {
    use_remote_address: false,
    server_name: 'istio-envoy',
    forward_client_cert_details: 'APPEND_FORWARD',
    set_current_client_cert_details: { subject: true, dns: true, uri: true },
  },
  gateway: {
    use_remote_address: true,
    server_name: 'istio-envoy',
    forward_client_cert_details: 'SANITIZE_SET',
    set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true },
    http_protocol_options: {},
  },
};

type SideField =
  | 'use_remote_address'
  | 'server_name'
  | 'forward_client_cert_details'
  | 'set_current_client_cert_details'
  | 'http_protocol_options';

export interface HttpChain {
  readonly side: Side;
  readonly statPrefix: string;
  /** The name of routes that come over RDS, or the routes themselves. */
  readonly routes: string | RouteConfiguration;
  /** The application speaks HTTP/2 by its port's name; only the way in is told so. */
  readonly http2?: boolean;
  readonly accessLog: readonly AccessLog[] | undefined;
}

/** The filter that every HTTP request passes; cases defaults, defaults-http2-port, gateway-plain. */
export function httpConnectionManager(chain: HttpChain): Extension<HttpConnectionManager> {
  const { routes } = chain;
  return extension(
    'envoy.filters.network.http_connection_manager',
    typedMessage<HttpConnectionManager>(
      'extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      message<Omit<HttpConnectionManager, '@type'>>({
        ...BY_SIDE[chain.side],
        stat_prefix: `${chain.statPrefix};`,
        rds:
          typeof routes === 'string'
            ? { config_source: ADS, route_config_name: routes }
            : undefined,
        route_config: typeof routes === 'string' ? undefined : routes,
        http_filters: HTTP_FILTERS,
        access_log: chain.accessLog,
        http2_protocol_options: chain.http2 === true ? {} : undefined,
        normalize_path: true,
        path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
        proxy_100_continue: true,
        stream_idle_timeout: '0s',
        upgrade_configs: [{ upgrade_type: 'websocket' }],
        request_id_extension: REQUEST_ID,
        tracing: {
          client_sampling: { value: 100 },
          overall_sampling: { value: 100 },
          random_sampling: { value: 1 },
        },
      }),
    ),
  );
}

/** Envoy's listeners and the filters in them; see messages.ts. */
import type {
  Any,
  ConfigSource,
  Duration,
  Empty,
  Extension,
  Metadata,
  Percent,
  SocketAddress,
  TransportSocket,
} from './messages.ts';
import type { RouteConfiguration } from './routeMessages.ts';

export interface Listener {
  readonly name: string;
  readonly address: { readonly socket_address: SocketAddress };
  readonly traffic_direction: 'INBOUND' | 'OUTBOUND';
  readonly filter_chains: readonly FilterChain[];
  readonly default_filter_chain?: FilterChain;
  readonly listener_filters?: readonly ListenerFilter[];
  readonly listener_filters_timeout?: Duration;
  readonly continue_on_listener_filters_timeout?: true;
  readonly max_connections_to_accept_per_socket_event?: number;
  readonly bind_to_port?: false;
  readonly use_original_dst?: true;
  readonly access_log?: readonly AccessLog[];
}

export interface ListenerFilter extends Extension {
  readonly filter_disabled?: PortPredicate;
}

export type PortPredicate =
  | { readonly destination_port_range: { readonly start: number; readonly end: number } }
  | { readonly or_match: { readonly rules: readonly PortPredicate[] } };

export interface FilterChain {
  readonly name?: string;
  readonly metadata?: Metadata;
  readonly filter_chain_match?: FilterChainMatch;
  readonly filters: readonly NetworkFilter[];
  readonly transport_socket?: TransportSocket;
  readonly transport_socket_connect_timeout?: Duration;
}

export interface FilterChainMatch {
  readonly destination_port?: number;
  readonly transport_protocol?: 'raw_buffer' | 'tls';
  readonly application_protocols?: readonly string[];
  /** Names that a TLS client asks for. */
  readonly server_names?: readonly string[];
  readonly prefix_ranges?: readonly {
    readonly address_prefix: string;
    readonly prefix_len: number;
  }[];
}

export type NetworkFilter = Extension<HttpConnectionManager> | Extension<TcpProxy>;

export interface TcpProxy extends Any {
  /** One of `cluster` and `weighted_clusters` is set. */
  readonly cluster?: string;
  readonly weighted_clusters?: {
    readonly clusters: readonly { readonly name: string; readonly weight: number }[];
  };
  readonly hash_policy?: readonly { readonly source_ip: Empty }[];
  readonly stat_prefix: string;
  readonly idle_timeout?: Duration;
  readonly max_downstream_connection_duration?: Duration;
  readonly access_log?: readonly AccessLog[];
}

export interface HttpConnectionManager extends Any {
  readonly stat_prefix: string;
  readonly rds?: { readonly config_source: ConfigSource; readonly route_config_name: string };
  readonly route_config?: RouteConfiguration;
  readonly http_filters: readonly Extension[];
  readonly access_log?: readonly AccessLog[];
  readonly http_protocol_options?: Empty;
  readonly http2_protocol_options?: Empty;
  readonly use_remote_address: boolean;
  readonly server_name?: string;
  readonly forward_client_cert_details?: 'APPEND_FORWARD' | 'SANITIZE_SET';
  readonly set_current_client_cert_details?: {
    readonly subject: true;
    readonly cert?: true;
    readonly dns: true;
    readonly uri: true;
  };
  readonly normalize_path: true;
  readonly path_with_escaped_slashes_action: 'KEEP_UNCHANGED';
  readonly proxy_100_continue: true;
  readonly stream_idle_timeout: Duration;
  readonly upgrade_configs: readonly { readonly upgrade_type: string }[];
  readonly request_id_extension: { readonly typed_config: Any };
  readonly tracing: {
    readonly client_sampling: Percent;
    readonly overall_sampling: Percent;
    readonly random_sampling: Percent;
  };
}

export interface AccessLog extends Extension {
  readonly filter?: AccessLogFilter;
}

export type AccessLogFilter =
  | { readonly response_flag_filter: { readonly flags: readonly string[] } }
  | { readonly extension_filter: Extension }
  | { readonly and_filter: { readonly filters: readonly AccessLogFilter[] } };

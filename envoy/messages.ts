/**
 * Envoy's resources as istiod fills them in, in the JSON form of their protocol buffers
 * (envoyproxy.io/docs/envoy/latest/api-v3): snake_case names; 64-bit integers and durations are
 * text; what has its default value is absent.
 */
import type { Thresholds } from './thresholds.ts';

/** `1.5s`: seconds with no fraction or with three digits of it. */
export type Duration = `${string}s`;

export type Empty = Readonly<Record<string, never>>;

/** A google.protobuf.Any: the message's type, and its fields. */
export interface Any {
  readonly '@type': string;
}

export interface Extension<T extends Any = Any> {
  readonly name: string;
  readonly typed_config: T;
}

export interface Metadata {
  readonly filter_metadata: Readonly<Record<string, unknown>>;
}

export interface SocketAddress {
  readonly address: string;
  readonly port_value: number;
}

export interface Percent {
  readonly value?: number;
}

// Clusters

export interface Cluster {
  readonly name: string;
  readonly alt_stat_name: string;
  readonly type: 'EDS' | 'ORIGINAL_DST' | 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS';
  readonly connect_timeout: Duration;
  /** Absent is ROUND_ROBIN. */
  readonly lb_policy?: 'LEAST_REQUEST' | 'RANDOM' | 'RING_HASH' | 'MAGLEV' | 'CLUSTER_PROVIDED';
  readonly least_request_lb_config?: SlowStart;
  readonly round_robin_lb_config?: SlowStart;
  readonly ring_hash_lb_config?: { readonly minimum_ring_size: string };
  readonly maglev_lb_config?: { readonly table_size: string };
  readonly common_lb_config?: {
    readonly healthy_panic_threshold?: Percent;
    readonly locality_weighted_lb_config?: Empty;
  };
  readonly circuit_breakers?: { readonly thresholds: readonly [ClusterThresholds] };
  readonly outlier_detection?: OutlierDetection;
  readonly eds_cluster_config?: {
    readonly eds_config: ConfigSource;
    readonly service_name: string;
  };
  readonly typed_extension_protocol_options?: {
    readonly 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': HttpProtocolOptions;
  };
  readonly upstream_connection_options?: { readonly tcp_keepalive: TcpKeepalive };
  readonly upstream_bind_config?: { readonly source_address: SocketAddress };
  readonly cleanup_interval?: Duration;
  /** Of a cluster that looks names up: its endpoints, by these names. */
  readonly load_assignment?: ClusterLoadAssignment;
  readonly dns_lookup_family?: 'V4_ONLY';
  readonly dns_jitter?: Duration;
  readonly dns_refresh_rate?: Duration;
  readonly respect_dns_ttl?: true;
  readonly typed_dns_resolver_config?: Extension;
  readonly original_dst_lb_config?: { readonly upstream_port_override: number };
  readonly transport_socket?: TransportSocket;
  readonly transport_socket_matches?: readonly {
    readonly name: string;
    readonly match: Readonly<Record<string, string>>;
    readonly transport_socket: TransportSocket;
  }[];
  readonly metadata?: Metadata;
}

/** The breakers of a cluster; every worker thread shares them. */
export interface ClusterThresholds extends Readonly<Thresholds> {
  readonly retry_budget?: {
    readonly budget_percent: Percent;
    readonly min_retry_concurrency: number;
    readonly budget_interval?: Duration;
  };
}

export interface OutlierDetection {
  readonly consecutive_5xx?: number;
  readonly enforcing_consecutive_5xx?: number;
  readonly consecutive_gateway_failure?: number;
  readonly enforcing_consecutive_gateway_failure?: number;
  readonly consecutive_local_origin_failure?: number;
  readonly enforcing_consecutive_local_origin_failure?: number;
  readonly enforcing_local_origin_success_rate?: number;
  readonly split_external_local_origin_errors?: true;
  readonly enforcing_success_rate: number;
  readonly interval?: Duration;
  readonly base_ejection_time?: Duration;
  readonly max_ejection_percent?: number;
}

export interface SlowStart {
  readonly slow_start_config: {
    readonly slow_start_window: Duration;
    readonly aggression?: { readonly default_value: number; readonly runtime_key: string };
    readonly min_weight_percent?: Percent;
  };
}

export interface HttpProtocolOptions extends Any {
  readonly common_http_protocol_options?: {
    readonly idle_timeout?: Duration;
    readonly max_connection_duration?: Duration;
    readonly max_requests_per_connection?: number;
  };
  readonly explicit_http_config?: {
    readonly http_protocol_options?: Empty;
    readonly http2_protocol_options?: Http2Options;
  };
  readonly use_downstream_protocol_config?: {
    readonly http_protocol_options: Empty;
    readonly http2_protocol_options: Http2Options;
  };
  /** The answers that count as errors, in place of 5xx. */
  readonly outlier_detection?: { readonly error_matcher: MatchPredicate };
}

export interface MatchPredicate {
  readonly or_match?: { readonly rules: readonly MatchPredicate[] };
  readonly http_response_headers_match?: { readonly headers: readonly HeaderMatcher[] };
}

export interface Http2Options {
  readonly max_concurrent_streams?: number;
  readonly connection_keepalive?: { readonly interval?: Duration; readonly timeout?: Duration };
}

export interface TcpKeepalive {
  readonly keepalive_probes?: number;
  readonly keepalive_time?: number;
  readonly keepalive_interval?: number;
}

export type TransportSocket = Extension;

export interface ConfigSource {
  readonly ads: Empty;
  readonly initial_fetch_timeout: Duration;
  readonly resource_api_version: 'V3';
}

// Endpoints

export interface ClusterLoadAssignment {
  readonly cluster_name: string;
  readonly endpoints?: readonly LocalityLbEndpoints[];
}

export interface LocalityLbEndpoints {
  readonly locality: {
    readonly region?: string;
    readonly zone?: string;
    readonly sub_zone?: string;
  };
  readonly load_balancing_weight: number;
  /** Absent is 0, the highest. */
  readonly priority?: number;
  readonly lb_endpoints?: readonly LbEndpoint[];
}

export interface LbEndpoint {
  readonly endpoint: { readonly address: { readonly socket_address: SocketAddress } };
  readonly health_status: 'HEALTHY';
  readonly load_balancing_weight: number;
  readonly metadata: Metadata;
}

// What is matched

export interface Regex {
  readonly regex: string;
}

export interface StringMatcher {
  readonly exact?: string;
  readonly prefix?: string;
  readonly safe_regex?: Regex;
}

export interface QueryMatcher {
  readonly name: string;
  readonly present_match?: true;
  readonly string_match?: StringMatcher;
}

export interface HeaderMatcher extends QueryMatcher {
  readonly invert_match?: true;
  readonly treat_missing_header_as_empty?: true;
}

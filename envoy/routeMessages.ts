/** Envoy's routes, in the same form as its other resources in messages.ts. */
import type {
  Duration,
  Any,
  Extension,
  Metadata,
  HeaderMatcher,
  QueryMatcher,
  Regex,
  StringMatcher,
} from './messages.ts';

export interface RouteConfiguration {
  readonly name: string;
  readonly virtual_hosts: readonly VirtualHost[];
  readonly validate_clusters: false;
  readonly ignore_port_in_host_matching?: true;
  readonly max_direct_response_body_size_bytes?: number;
}

export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes?: readonly Route[];
  readonly include_request_attempt_count?: true;
}

export interface Route extends HeaderOperations {
  readonly name?: string;
  readonly match: RouteMatch;
  /** One of these three is what becomes of the request. */
  readonly route?: RouteAction;
  readonly redirect?: RedirectAction;
  readonly direct_response?: DirectResponse;
  readonly decorator?: { readonly operation: string };
  readonly metadata?: Metadata;
  readonly typed_per_filter_config?: Readonly<Record<string, Any>>;
}

export interface HeaderOperations {
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly request_headers_to_remove?: readonly string[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly string[];
}

export interface HeaderValueOption {
  /** Absent is APPEND_IF_EXISTS_OR_ADD. */
  readonly append_action?: 'OVERWRITE_IF_EXISTS_OR_ADD';
  readonly header: { readonly key: string; readonly value: string };
}

export interface DirectResponse {
  readonly status: number;
  readonly body?: { readonly inline_string?: string; readonly inline_bytes?: string };
}

export interface RedirectAction {
  readonly host_redirect?: string;
  readonly path_redirect: string;
  readonly scheme_redirect?: string;
  readonly port_redirect?: number;
  /** Absent is MOVED_PERMANENTLY. */
  readonly response_code?: 'FOUND' | 'SEE_OTHER' | 'TEMPORARY_REDIRECT' | 'PERMANENT_REDIRECT';
}

export interface RouteMatch {
  readonly prefix?: string;
  readonly path?: string;
  readonly safe_regex?: Regex;
  readonly case_sensitive?: boolean;
  readonly headers?: readonly HeaderMatcher[];
  readonly query_parameters?: readonly QueryMatcher[];
}

export interface RouteAction {
  readonly cluster?: string;
  readonly weighted_clusters?: { readonly clusters: readonly WeightedCluster[] };
  readonly prefix_rewrite?: string;
  readonly regex_rewrite?: { readonly pattern: Regex; readonly substitution?: string };
  readonly host_rewrite_literal?: string;
  readonly request_mirror_policies?: readonly MirrorPolicy[];
  readonly timeout: Duration;
  readonly max_grpc_timeout?: Duration;
  readonly max_stream_duration?: {
    readonly max_stream_duration: Duration;
    readonly grpc_timeout_header_max: Duration;
  };
  readonly retry_policy?: RetryPolicy;
  readonly hash_policy?: readonly HashPolicy[];
}

export interface WeightedCluster extends HeaderOperations {
  readonly name: string;
  readonly weight: number;
  readonly host_rewrite_literal?: string;
}

export interface MirrorPolicy {
  readonly cluster: string;
  readonly runtime_fraction: { readonly default_value: FractionalPercent };
  readonly trace_sampled: false;
  readonly disable_shadow_host_suffix_append: true;
}

export interface RetryPolicy {
  readonly retry_on: string;
  readonly num_retries: number;
  readonly per_try_timeout?: Duration;
  readonly retriable_status_codes?: readonly number[];
  readonly retry_back_off?: { readonly base_interval: Duration };
  readonly retry_host_predicate?: readonly Extension[];
  readonly host_selection_retry_max_attempts?: string;
  readonly retry_priority?: Extension;
}

export type HashPolicy =
  | { readonly header: { readonly header_name: string } }
  | {
      readonly cookie: { readonly name: string; readonly path?: string; readonly ttl?: Duration };
    }
  | { readonly connection_properties: { readonly source_ip: true } }
  | { readonly query_parameter: { readonly name: string } };

export interface HttpFault extends Any {
  readonly delay?: { readonly fixed_delay: Duration; readonly percentage: FractionalPercent };
  readonly abort?: {
    readonly http_status?: number;
    readonly grpc_status?: number;
    readonly percentage?: FractionalPercent;
  };
}

export interface CorsPolicy extends Any {
  readonly allow_origin_string_match?: readonly StringMatcher[];
  readonly allow_methods?: string;
  readonly allow_headers?: string;
  readonly expose_headers?: string;
  readonly max_age?: string;
  readonly allow_credentials?: boolean;
  readonly filter_enabled: { readonly default_value: FractionalPercent };
  readonly forward_not_matching_preflights: boolean;
}

export interface FractionalPercent {
  readonly numerator?: number;
  /** Absent is HUNDRED. */
  readonly denominator?: 'MILLION';
}

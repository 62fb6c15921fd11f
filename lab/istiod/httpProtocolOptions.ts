import type { ConnectionPool, OutlierDetection } from '../../istio/destinationRule.ts';
import type { Protocol } from '../mesh/model.ts';
import { typedMessage, duration, positive, message } from '../../envoy/proto.ts';
import type {
  Cluster,
  Http2Options,
  HttpProtocolOptions,
  MatchPredicate,
} from '../../envoy/messages.ts';

export interface UpstreamProtocol {
  readonly protocol: Protocol;
  /** Gateways know what they speak; only sidecars follow the protocol they sniffed. */
  readonly sniffs: boolean;
  /** h2UpgradePolicy is for the way out; a server's application speaks what it speaks. */
  readonly upgradable: boolean;
  /** Whether the mesh upgrades what is HTTP by its port's name and says nothing itself. */
  readonly upgraded?: boolean;
}

/** Whether the cluster speaks HTTP/2 whatever came in: by its port's name, or upgraded. */
export function isHttp2(upstream: UpstreamProtocol, pool: ConnectionPool = {}): boolean {
  if (pool.http?.useClientProtocol === true) return false;
  const named = upstream.protocol === 'http2' || upstream.protocol === 'grpc';
  const upgraded = upstream.upgradable && asksForHttp2(upstream, pool);
  return named || (upgraded && !follows(upstream, pool));
}

/** shouldH2Upgrade in istiod; case mesh-config. */
function asksForHttp2({ protocol, upgraded }: UpstreamProtocol, { http }: ConnectionPool): boolean {
  const own = http?.h2UpgradePolicy ?? 'DEFAULT';
  return own === 'DEFAULT' ? upgraded === true && protocol === 'http' : own === 'UPGRADE';
}

/**
 * Protocol, and the limits of a single connection. HTTP/1.1 with no such limit has no options;
 * maxConcurrentStreams is dropped where the cluster is not HTTP/2 from the start.
 * setUpstreamProtocol, applyH2Upgrade and applyConnectionPool in istiod; cases pool-all-fields*.
 */
export function httpProtocolOptions(
  upstream: UpstreamProtocol,
  pool: ConnectionPool = {},
  outlier: OutlierDetection = {},
): Cluster['typed_extension_protocol_options'] {
  const common = commonOptions(pool);
  const protocol = protocolOptions(upstream, pool);
  const errors = errorMatcher(outlier.outlierDetectionHttpErrorCodes);
  if (common === undefined && protocol === undefined && errors === undefined) return undefined;
  return wrap(
    message<Omit<HttpProtocolOptions, '@type'>>({
      common_http_protocol_options: common,
      ...(protocol ?? { explicit_http_config: { http_protocol_options: {} } }),
      outlier_detection: errors && { error_matcher: errors },
    }),
  );
}

/** The options of the clusters that pass through what no service is known for. */
export function passthroughOptions(): Cluster['typed_extension_protocol_options'] {
  return wrap({
    common_http_protocol_options: { idle_timeout: '300s' },
    use_downstream_protocol_config: FOLLOW,
  });
}

const FOLLOW = { http_protocol_options: {}, http2_protocol_options: {} };

function follows(upstream: UpstreamProtocol, pool: ConnectionPool): boolean {
  return pool.http?.useClientProtocol === true || (upstream.protocol === 'auto' && upstream.sniffs);
}

function protocolOptions(
  upstream: UpstreamProtocol,
  pool: ConnectionPool,
): Omit<HttpProtocolOptions, '@type'> | undefined {
  if (isHttp2(upstream, pool)) {
    return {
      explicit_http_config: {
        http2_protocol_options: message<Http2Options>({
          max_concurrent_streams: positive(pool.http?.maxConcurrentStreams),
          connection_keepalive: keepAlive(pool),
        }),
      },
    };
  }
  return follows(upstream, pool) ? { use_downstream_protocol_config: FOLLOW } : undefined;
}

function keepAlive({ http }: ConnectionPool): Http2Options['connection_keepalive'] {
  return (
    http?.http2KeepAlive &&
    message({
      interval: duration(http.http2KeepAlive.interval),
      timeout: duration(http.http2KeepAlive.timeout),
    })
  );
}

/** applyOutlierDetectionErrorCodes in istiod, from 1.31 on. */
function errorMatcher(codes: readonly number[] = []): MatchPredicate | undefined {
  const rules = codes.map((code) => ({
    http_response_headers_match: {
      headers: [{ name: ':status', string_match: { exact: String(code) } }],
    },
  }));
  return rules.length > 1 ? { or_match: { rules } } : rules[0];
}

function commonOptions({
  tcp,
  http,
}: ConnectionPool): HttpProtocolOptions['common_http_protocol_options'] {
  const options = message<NonNullable<HttpProtocolOptions['common_http_protocol_options']>>({
    idle_timeout: duration(http?.idleTimeout ?? tcp?.idleTimeout),
    max_connection_duration: duration(tcp?.maxConnectionDuration),
    max_requests_per_connection: positive(http?.maxRequestsPerConnection),
  });
  // istiod makes the empty message for what is HTTP/2's alone, too, used or not.
  const made =
    Object.keys(options).length > 0 ||
    positive(http?.maxConcurrentStreams) !== undefined ||
    http?.http2KeepAlive !== undefined;
  return made ? options : undefined;
}

function wrap(
  options: Omit<HttpProtocolOptions, '@type'>,
): Cluster['typed_extension_protocol_options'] {
  return {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typedMessage<HttpProtocolOptions>(
      'extensions.upstreams.http.v3.HttpProtocolOptions',
      options,
    ),
  };
}

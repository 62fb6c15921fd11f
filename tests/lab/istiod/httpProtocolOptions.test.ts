/** Proves which HTTP a cluster speaks, and the limits of its single connections. */
import { describe, expect, test } from 'vitest';
import { httpProtocolOptions, isHttp2 } from '../../../lab/istiod/httpProtocolOptions.ts';
import type { Cluster } from '../../../envoy/messages.ts';
import type { ConnectionPool } from '../../../istio/destinationRule.ts';
import type { Protocol } from '../../../lab/mesh/model.ts';

describe('HTTP to the upstream', () => {
  const options = (
    protocol: Protocol,
    pool: ConnectionPool = {},
    where = { sniffs: true, upgradable: true },
  ): object | undefined => {
    const made: Cluster['typed_extension_protocol_options'] = httpProtocolOptions(
      { protocol, ...where },
      pool,
    );
    if (made === undefined) return undefined;
    const message = made['envoy.extensions.upstreams.http.v3.HttpProtocolOptions'];
    return Object.fromEntries(Object.entries(message).filter(([field]) => field !== '@type'));
  };
  const http2 = { explicit_http_config: { http2_protocol_options: {} } };
  const follow = {
    use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} },
  };

  test.each<[Protocol, ConnectionPool['http'], object | undefined]>([
    ['http', undefined, undefined],
    ['tcp', undefined, undefined],
    ['grpc', undefined, http2],
    ['auto', undefined, follow],
    ['http', { h2UpgradePolicy: 'DO_NOT_UPGRADE' }, undefined],
    ['http', { h2UpgradePolicy: 'DEFAULT' }, undefined],
    ['http', { h2UpgradePolicy: 'UPGRADE' }, http2],
    // It follows the client already; an upgrade does not take that back.
    ['auto', { h2UpgradePolicy: 'UPGRADE' }, follow],
    ['http2', { useClientProtocol: true }, follow],
    ['http', { useClientProtocol: true, h2UpgradePolicy: 'UPGRADE' }, follow],
    ['http', { maxRequestsPerConnection: 0 }, undefined],
  ])('of a port that is %s with %j: %j', (protocol, http, expected) => {
    expect(options(protocol, { http })).toStrictEqual(expected);
  });

  test('maxConcurrentStreams is for HTTP/2 only, else it leaves an empty message', () => {
    const pool = { http: { maxConcurrentStreams: 20 } };
    expect(options('http2', pool)).toStrictEqual({
      common_http_protocol_options: {},
      explicit_http_config: { http2_protocol_options: { max_concurrent_streams: 20 } },
    });
    expect(options('http', pool)).toStrictEqual({
      common_http_protocol_options: {},
      explicit_http_config: { http_protocol_options: {} },
    });
  });

  test('a gateway does not sniff, a server is not upgraded', () => {
    expect(options('auto', {}, { sniffs: false, upgradable: true })).toBeUndefined();
    const upgrade: ConnectionPool = { http: { h2UpgradePolicy: 'UPGRADE' } };
    expect(options('http', upgrade, { sniffs: true, upgradable: false })).toBeUndefined();
    expect(isHttp2({ protocol: 'auto', sniffs: false, upgradable: true }, upgrade)).toBe(true);
  });

  test("the idle time of HTTP wins over TCP's", () => {
    const pool = { tcp: { idleTimeout: '2m' }, http: { idleTimeout: '1m' } };
    expect(options('http', pool)).toMatchObject({
      common_http_protocol_options: { idle_timeout: '60s' },
    });
    expect(options('http', { tcp: pool.tcp })).toMatchObject({
      common_http_protocol_options: { idle_timeout: '120s' },
    });
  });
});

/** Proves the rules of single fields where the saved cases of istiod do not reach. */
import { STATUS_CODES } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { circuitBreakers, UNLIMITED } from '../../../lab/istiod/circuitBreakers.ts';
import { connection } from '../../../lab/istiod/connection.ts';
import { fault } from '../../../lab/istiod/fault.ts';
import { hashPolicy, loadBalancer } from '../../../lab/istiod/loadBalancer.ts';
import { outlierDetection } from '../../../lab/istiod/outlierDetection.ts';
import { duration } from '../../../envoy/proto.ts';
import { retryPolicy } from '../../../lab/istiod/retries.ts';
import { formatDuration } from '../../../istio/duration.ts';

const limit = fc.option(fc.nat(UNLIMITED), { nil: undefined });

describe('circuit breakers', () => {
  test('are the given limits; 0 is unset, and unset is no limit', () => {
    fc.assert(
      fc.property(limit, limit, limit, limit, (connections, pending, requests, retries) => {
        const [thresholds] = circuitBreakers({
          tcp: { maxConnections: connections },
          http: {
            http1MaxPendingRequests: pending,
            http2MaxRequests: requests,
            maxRetries: retries,
          },
        }).thresholds;
        const live = (given: number | undefined): number => (given ? given : UNLIMITED);
        expect(thresholds).toStrictEqual({
          max_connections: live(connections),
          max_pending_requests: live(pending),
          max_requests: live(requests),
          max_retries: live(retries),
        });
      }),
    );
  });

  test.each([
    [{}, { budget_percent: { value: 20 }, min_retry_concurrency: 3 }],
    [
      { percent: 50, minRetryConcurrency: 10 },
      { budget_percent: { value: 50 }, min_retry_concurrency: 10 },
    ],
    [{ percent: 0 }, { budget_percent: {}, min_retry_concurrency: 3 }],
  ])('with the retry budget %j have %j', (budget, expected) => {
    expect(circuitBreakers({}, budget).thresholds[0].retry_budget).toStrictEqual(expected);
  });
});

describe('durations', () => {
  test.each([
    ['5s', '5s'],
    ['1m', '60s'],
    ['1h30m', '5400s'],
    ['100ms', '0.100s'],
    ['1.5s', '1.500s'],
    ['0s', '0s'],
  ])('%s is %s', (text, expected) => {
    expect(duration(text)).toBe(expected);
  });

  test('keep their milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), (ms) => {
        const made = duration(formatDuration(ms));
        expect(Math.round(Number(made.slice(0, -1)) * 1000)).toBe(ms);
      }),
    );
  });
});

describe('outlier detection', () => {
  test('without a policy there is none, and the panic threshold stays as Envoy has it', () => {
    expect(outlierDetection(undefined)).toStrictEqual({ common_lb_config: {} });
  });

  test('a count of 0 switches its detector off; one not given leaves it to Envoy', () => {
    fc.assert(
      fc.property(limit, limit, (errors, gatewayErrors) => {
        const { outlier_detection: made } = outlierDetection({
          consecutive5xxErrors: errors,
          consecutiveGatewayErrors: gatewayErrors,
        });
        expect(made?.consecutive_5xx).toBe(errors);
        expect(made?.enforcing_consecutive_5xx).toBe(errors && 100);
        expect(made?.consecutive_gateway_failure).toBe(gatewayErrors);
        expect(made?.enforcing_consecutive_gateway_failure).toBe(gatewayErrors && 100);
        expect(made?.enforcing_success_rate).toBe(0);
      }),
    );
  });

  test('minHealthPercent is the panic threshold, maxEjectionPercent 0 is unset', () => {
    const made = outlierDetection({ minHealthPercent: 30, maxEjectionPercent: 0 });
    expect(made).toStrictEqual({
      common_lb_config: { healthy_panic_threshold: { value: 30 } },
      outlier_detection: { enforcing_success_rate: 0 },
    });
  });

  test('local failures count where they are split from others', () => {
    expect(
      outlierDetection({ splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 4 })
        .outlier_detection,
    ).toStrictEqual({
      split_external_local_origin_errors: true,
      consecutive_local_origin_failure: 4,
      enforcing_consecutive_local_origin_failure: 100,
      enforcing_local_origin_success_rate: 0,
      enforcing_success_rate: 0,
    });
  });
});

describe('load balancing', () => {
  test.each<[Parameters<typeof loadBalancer>[0], ReturnType<typeof loadBalancer>]>([
    [{ simple: 'RANDOM' }, { lb_policy: 'RANDOM' }],
    [{ simple: 'LEAST_CONN' }, { lb_policy: 'LEAST_REQUEST' }],
    [{ consistentHash: { useSourceIp: true, maglev: {} } }, { lb_policy: 'MAGLEV' }],
    [
      { consistentHash: { useSourceIp: true, maglev: { tableSize: 65_537 } } },
      { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: '65537' } },
    ],
    [{ consistentHash: { useSourceIp: true, ringHash: {} } }, { lb_policy: 'RING_HASH' }],
    [
      { consistentHash: { useSourceIp: true, minimumRingSize: 64 } },
      { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: '64' } },
    ],
    [
      { simple: 'ROUND_ROBIN', warmup: { duration: '1m', minimumPercent: 20, aggression: 2 } },
      {
        round_robin_lb_config: {
          slow_start_config: {
            slow_start_window: '60s',
            aggression: { default_value: 2, runtime_key: '(' },
            min_weight_percent: { value: 20 },
          },
        },
      },
    ],
    [
      { warmupDurationSecs: '30s' },
      {
        lb_policy: 'LEAST_REQUEST',
        least_request_lb_config: { slow_start_config: { slow_start_window: '30s' } },
      },
    ],
  ])('%j', (policy, expected) => {
    expect(loadBalancer(policy)).toStrictEqual(expected);
  });

  test('a cookie may have a path, and no time to live', () => {
    expect(
      hashPolicy({ consistentHash: { httpCookie: { name: 'user', path: '/' } } }),
    ).toStrictEqual({ cookie: { name: 'user', path: '/' } });
    expect(hashPolicy({ simple: 'RANDOM' })).toBeUndefined();
  });
});

test('a connection without a policy has ten seconds to stand, and no keep-alive', () => {
  expect(connection({})).toStrictEqual({ connect_timeout: '10s' });
  expect(connection({}, { tcp: { tcpKeepalive: { time: '1m30s' } } })).toStrictEqual({
    connect_timeout: '10s',
    upstream_connection_options: { tcp_keepalive: { keepalive_time: 90 } },
  });
});

describe('retries', () => {
  test('attempts 0, or not given beside other fields, is none', () => {
    expect(retryPolicy({ attempts: 0 }, false)).toBeUndefined();
    expect(retryPolicy({ perTryTimeout: '1s' }, false)).toBeUndefined();
  });

  test.each([
    ['503', ',retriable-status-codes', [503]],
    ['5xx, 503 ,504', '5xx,retriable-status-codes', [503, 504]],
    ['retriable-status-codes,503', 'retriable-status-codes', [503]],
    ['gateway-error', 'gateway-error', undefined],
    // No HTTP status: left for Envoy to refuse, as istiod does.
    ['99,600', '99,600', undefined],
  ])('retryOn %j', (retryOn, retry_on, codes) => {
    const made = retryPolicy({ attempts: 1, retryOn }, false);
    expect(made?.retry_on).toBe(retry_on);
    expect(made?.retriable_status_codes).toStrictEqual(codes);
  });

  test('every status code of retryOn becomes a number, every other word stays', () => {
    const word = fc.oneof(
      fc.constantFrom(...Object.keys(STATUS_CODES).filter((code) => code !== '509')),
      fc.constantFrom('5xx', 'reset', 'connect-failure'),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const made = retryPolicy({ attempts: 1, retryOn: words.join(',') }, false);
        const numbers = words.filter((each) => /^\d+$/.test(each)).map(Number);
        expect(made?.retriable_status_codes ?? []).toStrictEqual(numbers);
        const rest = made?.retry_on
          .split(',')
          .filter((each) => each !== 'retriable-status-codes' && each !== '');
        expect(rest).toStrictEqual(words.filter((each) => !/^\d+$/.test(each)));
      }),
    );
  });

  test('a destination balanced by hash may be tried again on the same host, unless told', () => {
    expect(retryPolicy(undefined, true)?.retry_host_predicate).toBeUndefined();
    expect(retryPolicy(undefined, false)?.retry_host_predicate).toHaveLength(1);
    const retries = { attempts: 1, retryIgnorePreviousHosts: true };
    expect(retryPolicy(retries, true)?.retry_host_predicate).toHaveLength(1);
  });
});

describe('faults', () => {
  test.each([
    [0.01, { numerator: 100, denominator: 'MILLION' }],
    [100, { numerator: 1_000_000, denominator: 'MILLION' }],
    [0, { denominator: 'MILLION' }],
  ])('%d percent', (value, percentage) => {
    expect(fault({ abort: { httpStatus: 503, percentage: { value } } }).abort).toStrictEqual({
      http_status: 503,
      percentage,
    });
  });

  test('without a percentage an error has none, and a delay has one of 0', () => {
    expect(fault({ abort: { httpStatus: 503 }, delay: { fixedDelay: '1s' } })).toMatchObject({
      abort: { http_status: 503 },
      delay: { fixed_delay: '1s', percentage: {} },
    });
  });
});

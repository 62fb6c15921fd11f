import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Key } from '../../config/keys.ts';
import { subsetsOf, trafficPolicyOf, weightsOf } from '../../config/policy.ts';
import { trafficPolicy } from '../../istio/destinationRule.ts';
import { configWith } from '../support/project.ts';

/** Where each flat key stands in Istio's nesting. */
const places: [key: Key, value: string, policy: object][] = [
  ['maxConnections', '5', { connectionPool: { tcp: { maxConnections: 5 } } }],
  ['connectTimeout', '3s', { connectionPool: { tcp: { connectTimeout: '3s' } } }],
  [
    'tcpKeepalive',
    '{"probes":0,"time":"60s"}',
    { connectionPool: { tcp: { tcpKeepalive: { probes: 0, time: '60s' } } } },
  ],
  ['tcpIdleTimeout', '10m', { connectionPool: { tcp: { idleTimeout: '10m' } } }],
  ['maxConnectionDuration', '1h', { connectionPool: { tcp: { maxConnectionDuration: '1h' } } }],
  ['http1MaxPendingRequests', '1', { connectionPool: { http: { http1MaxPendingRequests: 1 } } }],
  ['http2MaxRequests', '7', { connectionPool: { http: { http2MaxRequests: 7 } } }],
  ['maxRequestsPerConnection', '9', { connectionPool: { http: { maxRequestsPerConnection: 9 } } }],
  ['maxRetries', '2', { connectionPool: { http: { maxRetries: 2 } } }],
  ['idleTimeout', '90s', { connectionPool: { http: { idleTimeout: '90s' } } }],
  ['h2UpgradePolicy', 'UPGRADE', { connectionPool: { http: { h2UpgradePolicy: 'UPGRADE' } } }],
  ['useClientProtocol', 'true', { connectionPool: { http: { useClientProtocol: true } } }],
  // Unlike a limit, a budget of 0 percent is not an unset one: Istio's default is 20.
  ['retryBudget', '{"percent":0}', { retryBudget: { percent: 0 } }],
  [
    'outlierDetection',
    '{"consecutive5xxErrors":0,"consecutiveGatewayErrors":10}',
    { outlierDetection: { consecutive5xxErrors: 0, consecutiveGatewayErrors: 10 } },
  ],
];

describe('trafficPolicyOf', () => {
  it('asks for no policy at all where nothing is limited', () => {
    expect(trafficPolicyOf(configWith())).toBeUndefined();
  });

  it.each(places)('nests %s = %s as Istio does, and nothing beside it', (key, value, policy) => {
    expect(trafficPolicyOf(configWith({ [key]: value }))).toStrictEqual(policy);
  });

  it('nests maxConcurrentStreams, which goes with HTTP/2 only', () => {
    const raw = { maxConcurrentStreams: '11', h2UpgradePolicy: 'UPGRADE' };
    expect(trafficPolicyOf(configWith(raw))).toStrictEqual({
      connectionPool: { http: { maxConcurrentStreams: 11, h2UpgradePolicy: 'UPGRADE' } },
    });
  });

  it("is the seed's rule for the two limits of fail-fast", () => {
    const raw = { maxConnections: '5', http1MaxPendingRequests: '1' };
    expect(trafficPolicyOf(configWith(raw))).toStrictEqual({
      connectionPool: { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 1 } },
    });
  });

  it('is what Istio accepts, whatever subset of the keys is set', () => {
    fc.assert(
      fc.property(fc.subarray(places), (some) => {
        const raw = Object.fromEntries(some.map(([key, value]) => [key, value]));
        const policy = trafficPolicyOf(configWith(raw));
        expect(policy === undefined).toBe(some.length === 0);
        expect(trafficPolicy.optional().safeParse(policy).error).toBeUndefined();
      }),
    );
  });
});

describe('subsetsOf', () => {
  const versions = '{"v1":{"weight":75},"v2":{"weight":25,"status":502}}';

  it('has none where no version has a weight', () => {
    expect(subsetsOf(configWith({ versions: '{"v1":{},"v2":{}}' }))).toBeUndefined();
  });

  it('has one for each weighted version, by its label', () => {
    const config = configWith({ versions, maxConnections: '5' });
    expect(subsetsOf(config)).toStrictEqual([
      { name: 'v1', labels: { version: 'v1' } },
      { name: 'v2', labels: { version: 'v2' } },
    ]);
    expect(weightsOf(config)).toStrictEqual({ v1: 75, v2: 25 });
  });

  it('gives each its own policy where the policy is for the subsets', () => {
    const config = configWith({ versions, maxConnections: '5', policyScope: 'subsets' });
    const own = { connectionPool: { tcp: { maxConnections: 5 } } };
    expect(subsetsOf(config)?.map((subset) => subset.trafficPolicy)).toStrictEqual([own, own]);
  });
});

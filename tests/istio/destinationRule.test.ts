import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  connectionPool,
  type DestinationRuleSpec,
  destinationRuleSpec,
  loadBalancer,
  outlierDetection,
  retryBudget,
} from '../../istio/destinationRule.ts';
import { expectStrict } from '../support/strictness.ts';

/** Every field that the project acts on. */
const FULL: Required<DestinationRuleSpec> = {
  host: 'pyserver.circuitbreaker.svc.cluster.local',
  trafficPolicy: {
    connectionPool: {
      tcp: {
        maxConnections: 5,
        connectTimeout: '3s',
        tcpKeepalive: { probes: 3, time: '60s', interval: '10s' },
        maxConnectionDuration: '1h',
        idleTimeout: '10m',
      },
      http: {
        http1MaxPendingRequests: 1,
        http2MaxRequests: 7,
        maxRequestsPerConnection: 9,
        maxRetries: 2,
        idleTimeout: '1m30s',
        h2UpgradePolicy: 'UPGRADE',
        useClientProtocol: true,
        maxConcurrentStreams: 11,
      },
    },
    outlierDetection: {
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailures: 5,
      consecutiveGatewayErrors: 5,
      consecutive5xxErrors: 0,
      interval: '1s',
      baseEjectionTime: '30s',
      maxEjectionPercent: 100,
      minHealthPercent: 0,
    },
    loadBalancer: {
      simple: 'ROUND_ROBIN',
      warmup: { duration: '30s', minimumPercent: 10, aggression: 1.5 },
      warmupDurationSecs: '30s',
    },
    tls: { mode: 'ISTIO_MUTUAL' },
    retryBudget: { percent: 25, minRetryConcurrency: 4 },
    portLevelSettings: [{ port: { number: 80 }, connectionPool: { tcp: { maxConnections: 3 } } }],
  },
  subsets: [
    {
      name: 'v1',
      labels: { version: 'v1' },
      trafficPolicy: {
        loadBalancer: {
          consistentHash: {
            httpCookie: { name: 'user', path: '/', ttl: '0s' },
            ringHash: { minimumRingSize: 1024 },
          },
        },
      },
    },
  ],
  exportTo: ['.'],
  workloadSelector: { matchLabels: { app: 'pyclient' } },
};

/** Where the first problem is, and what it is. */
function problem(schema: typeof destinationRuleSpec, spec: object): [string, string] | undefined {
  const issue = schema.safeParse(spec).error?.issues[0];
  return issue && [issue.path.join('.'), issue.message];
}

const ofPolicy = (trafficPolicy: object): object => ({ host: 'pyserver', trafficPolicy });

describe('a DestinationRule', () => {
  it('takes every field that the project acts on, and none that it does not know', () => {
    expectStrict(destinationRuleSpec, FULL, ['labels', 'matchLabels']);
  });

  it('needs a host', () => {
    expect(problem(destinationRuleSpec, {})?.[0]).toBe('host');
    expect(problem(destinationRuleSpec, { host: '' })?.[0]).toBe('host');
  });

  it.each([
    ['trafficPolicy.connectionPool.tcp.maxConnections', { tcp: { maxConnections: -1 } }],
    ['trafficPolicy.connectionPool.tcp.maxConnections', { tcp: { maxConnections: 'five' } }],
    ['trafficPolicy.connectionPool.tcp.maxConnections', { tcp: { maxConnections: 1.5 } }],
    ['trafficPolicy.connectionPool.tcp.maxConnections', { tcp: { maxConnections: '5' } }],
    ['trafficPolicy.connectionPool.tcp.connectTimeout', { tcp: { connectTimeout: '1x' } }],
    ['trafficPolicy.connectionPool.tcp.connectTimeout', { tcp: { connectTimeout: 5 } }],
    [
      'trafficPolicy.connectionPool.tcp.tcpKeepalive.time',
      { tcp: { tcpKeepalive: { time: '0s' } } },
    ],
    ['trafficPolicy.connectionPool.http.maxRetries', { http: { maxRetries: -1 } }],
    ['trafficPolicy.connectionPool.http.h2UpgradePolicy', { http: { h2UpgradePolicy: 'upgrade' } }],
    ['trafficPolicy.connectionPool.http.useClientProtocol', { http: { useClientProtocol: 'yes' } }],
  ])('is refused at %s for %j', (path, pool) => {
    expect(problem(destinationRuleSpec, ofPolicy({ connectionPool: pool }))?.[0]).toBe(path);
  });

  it('is refused for a port that cannot be', () => {
    const settings = [{ port: { number: 70_000 } }];
    expect(problem(destinationRuleSpec, ofPolicy({ portLevelSettings: settings }))?.[0]).toBe(
      'trafficPolicy.portLevelSettings.0.port.number',
    );
  });

  it('refuses every negative limit and takes every other one, 0 included', () => {
    const limits = ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRetries'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...limits), fc.integer(), (field, value) => {
        expect(connectionPool.safeParse({ http: { [field]: value } }).success).toBe(value >= 0);
      }),
    );
  });
});

describe('outlier detection', () => {
  const says = (given: object): [string, string] | undefined => {
    const issue = outlierDetection.safeParse(given).error?.issues[0];
    return issue && [issue.path.join('.'), issue.message];
  };

  it('refuses more than all of the endpoints', () => {
    expect(says({ maxEjectionPercent: 400 })?.[0]).toBe('maxEjectionPercent');
    expect(says({ minHealthPercent: 101 })?.[0]).toBe('minHealthPercent');
    expect(says({ maxEjectionPercent: 100, minHealthPercent: 0 })).toBeUndefined();
  });

  it("refuses an interval of '1x', and says how a duration is written", () => {
    expect(says({ interval: '1x' })).toEqual([
      'interval',
      "must be a duration with its unit, such as '5s', '250ms' or '1m30s', and at least 1ms",
    ]);
  });

  it.each([{}, { splitExternalLocalOriginErrors: false }])(
    'refuses to count local-origin failures that are not split off: %j',
    (split) => {
      expect(says({ consecutiveLocalOriginFailures: 5, ...split })).toEqual([
        'consecutiveLocalOriginFailures',
        'needs splitExternalLocalOriginErrors: true',
      ]);
    },
  );

  it('counts local-origin failures that are split off', () => {
    const given = { consecutiveLocalOriginFailures: 5, splitExternalLocalOriginErrors: true };
    expect(says(given)).toBeUndefined();
  });
});

describe('the other policies', () => {
  it('a load balancer is simple or hashes, not both', () => {
    const both = { simple: 'RANDOM', consistentHash: { useSourceIp: true } };
    expect(loadBalancer.safeParse(both).error?.issues[0]?.message).toBe(
      'has either simple or consistentHash, not both',
    );
    expect(loadBalancer.safeParse({ consistentHash: { useSourceIp: true } }).success).toBe(true);
  });

  it('a retry budget is a share, from 0 to 100', () => {
    const accepts = (percent: number): boolean => retryBudget.safeParse({ percent }).success;
    expect([-1, 0, 12.5, 100, 101].map(accepts)).toEqual([false, true, true, true, false]);
  });
});

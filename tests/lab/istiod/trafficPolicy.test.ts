/** Proves how the levels of a DestinationRule combine, over policies made at random. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { portPolicy, subsetPolicy } from '../../../lab/istiod/trafficPolicy.ts';
import type { TrafficPolicy } from '../../../istio/destinationRule.ts';
import { destinationRule, shop } from '../mesh/objects.ts';
import { cluster, thresholds } from './finding.ts';

const HOST = 'server.shop.svc.cluster.local';

const components = fc.record(
  {
    connectionPool: fc.record({ tcp: fc.record({ maxConnections: fc.nat(9) }) }),
    outlierDetection: fc.record({ consecutive5xxErrors: fc.nat(9) }),
    loadBalancer: fc.record({ simple: fc.constantFrom('RANDOM' as const, 'ROUND_ROBIN' as const) }),
    tls: fc.record({ mode: fc.constantFrom('DISABLE' as const, 'ISTIO_MUTUAL' as const) }),
  },
  { requiredKeys: [] },
);

const policy: fc.Arbitrary<TrafficPolicy> = fc
  .tuple(
    components,
    fc.uniqueArray(fc.tuple(fc.constantFrom(80, 81), components), { selector: ([port]) => port }),
    fc.option(fc.record({ percent: fc.nat(100) }), { nil: undefined }),
  )
  .map(([own, ports, retryBudget]) => ({
    ...own,
    ...(retryBudget === undefined ? {} : { retryBudget }),
    portLevelSettings: ports.map(([number, settings]) => ({ port: { number }, ...settings })),
  }));

const NAMES = ['connectionPool', 'outlierDetection', 'loadBalancer', 'tls'] as const;

describe('settings for a port', () => {
  test('replace the policy, the fields they do not have included; other ports keep it', () => {
    fc.assert(
      fc.property(policy, fc.constantFrom(80, 81, 82), (whole, port) => {
        const settings = whole.portLevelSettings?.find((own) => own.port.number === port);
        const made = portPolicy(whole, port);
        for (const name of NAMES) expect(made[name]).toBe((settings ?? whole)[name]);
        expect(made.retryBudget).toBe(settings === undefined ? whole.retryBudget : undefined);
      }),
    );
  });
});

describe("a subset's policy", () => {
  const subset = (
    trafficPolicy: TrafficPolicy,
  ): { name: string; trafficPolicy: TrafficPolicy } => ({
    name: 'v1',
    trafficPolicy,
  });

  test('replaces component by component; for a port it has settings for, all of them', () => {
    fc.assert(
      fc.property(policy, policy, (whole, own) => {
        const rule = portPolicy(whole, 80);
        const settings = own.portLevelSettings?.find((each) => each.port.number === 80);
        const made = subsetPolicy(rule, subset(own), 80);
        for (const name of NAMES) {
          expect(made[name]).toBe(
            settings === undefined ? (own[name] ?? rule[name]) : settings[name],
          );
        }
      }),
    );
  });

  test('that is not there leaves the rule; an empty one too', () => {
    fc.assert(
      fc.property(policy, (whole) => {
        const rule = portPolicy(whole, 80);
        expect(subsetPolicy(rule, { name: 'v1' }, 80)).toStrictEqual(rule);
        expect(subsetPolicy(rule, subset({}), 80)).toStrictEqual(rule);
      }),
    );
  });

  test('with one limit loses the other limits of the rule, and keeps its outlier detection', () => {
    const mesh = shop(
      destinationRule(
        {
          connectionPool: { tcp: { maxConnections: 100 } },
          outlierDetection: { consecutive5xxErrors: 7 },
        },
        {
          subsets: [
            {
              name: 'v1',
              labels: { version: 'v1' },
              trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: 1 } } },
            },
          ],
        },
      ),
    );
    const made = cluster(mesh, 'client-0', `outbound|80|v1|${HOST}`);
    expect(thresholds(made)).toMatchObject({
      max_connections: 4_294_967_295,
      max_pending_requests: 1,
    });
    expect(made.outlier_detection?.consecutive_5xx).toBe(7);
  });
});

/** Proves which breakers are watched, in whose proxies, by which limits, and that what is asked for is served. */
import { describe, expect, it } from 'vitest';
import { COUNTERS, GAUGES } from '../../../envoy/statistics.ts';
import { BREAKER_METRICS_PATH, metricOf, type Statistic } from '../../../envoy/prometheus.ts';
import type { AlertRule } from '../../../experiment/alerts.ts';
import { alertsOf } from '../../../lab/alerts/alertsOf.ts';
import { breakersOf } from '../../../lab/alerts/breakers.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import { destinationRule, istio, shop } from '../mesh/objects.ts';

const HOST = 'server.shop.svc.cluster.local';
const limits = (maxConnections: number, http1MaxPendingRequests?: number): object => ({
  connectionPool: { tcp: { maxConnections }, http: { http1MaxPendingRequests } },
});

function rulesOf(...objects: readonly KubernetesObject[]): AlertRule[] {
  return alertsOf('shop', shop(...objects)).groups.flatMap(({ rules }) => rules);
}

function named(rules: readonly AlertRule[], alert: string): AlertRule[] {
  return rules.filter((rule) => rule.alert === alert);
}

describe('a breaker', () => {
  it('is watched in the proxies of callers, and in that of the server for its own port', () => {
    const breakers = breakersOf(shop(destinationRule(limits(5, 1))));
    expect(breakers.map(({ name, cluster, limits: set }) => [name, cluster, set])).toEqual([
      [
        'port 5000 of shop/server',
        'inbound|5000||',
        { max_connections: 5, max_pending_requests: 1 },
      ],
      [`${HOST}:80`, `outbound|80||${HOST}`, { max_connections: 5, max_pending_requests: 1 }],
    ]);
    const [inbound, outbound] = breakers;
    // What a port is called says nothing of whose it is; a service's host does.
    expect(inbound?.series).toBe(
      '{cluster_name="inbound|5000||",namespace=~"shop",pod=~"server-[^-]+(-[^-]+)?"}',
    );
    expect(outbound?.series).toBe(`{cluster_name="outbound|80||${HOST}"}`);
  });

  it('of two namespaces with rules of their own is two, told apart by the pods that call', () => {
    const mesh = shop(
      destinationRule(limits(5)),
      istio('DestinationRule', 'mine', { host: HOST, trafficPolicy: limits(9) }, 'other'),
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'other', labels: { 'istio-injection': 'enabled' } },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'guest-0', namespace: 'other', labels: { app: 'guest' } },
        spec: { containers: [{ name: 'app', image: 'app' }] },
      },
    );
    const outbound = breakersOf(mesh).filter(({ cluster }) =>
      cluster.startsWith('outbound|80||server'),
    );
    expect(outbound.map(({ limits: set }) => set.max_connections).sort()).toEqual([5, 9]);
    expect(new Set(outbound.map(({ name }) => name)).size).toBe(2);
    for (const { series } of outbound) expect(series).toContain('namespace=~"');
  });

  it('without a limit is none', () => {
    expect(breakersOf(shop(destinationRule({ loadBalancer: { simple: 'RANDOM' } })))).toEqual([]);
    expect(breakersOf(shop())).toEqual([]);
  });
});

describe('its alerts', () => {
  it("have the objects' own thresholds", () => {
    const rules = rulesOf(destinationRule(limits(50)));
    expect(named(rules, 'BreakerNearLimit').map(({ expr }) => expr)).toEqual([
      expect.stringMatching(/^envoy_cluster_upstream_cx_active\{.*\} > 0\.8 \* 50$/),
      expect.stringMatching(/^envoy_cluster_upstream_cx_active\{.*\} > 0\.8 \* 50$/),
    ]);
    // A connection too many is no refusal: its request waits.
    expect(named(rules, 'BreakerRefuses')).toEqual([]);
  });

  it('of requests count by what Envoy calls them from 1.38 on, and before', () => {
    const policy = (http: object): object => ({ connectionPool: { http } });
    const [alone] = named(
      rulesOf(destinationRule(policy({ http2MaxRequests: 3 }))),
      'BreakerRefuses',
    );
    expect(alone?.expr).toContain('upstream_rq_active_overflow');
    expect(alone?.expr).toContain('or increase(envoy_cluster_upstream_rq_pending_overflow');
    // Beside a limit of waiting requests, that would be counted twice.
    const both = named(
      rulesOf(destinationRule(policy({ http2MaxRequests: 3, http1MaxPendingRequests: 1 }))),
      'BreakerRefuses',
    );
    expect(both.map(({ expr }) => expr.includes(' or '))).toEqual([false, false, false, false]);
  });

  it('tell of panic where there can be any, else that nobody is left', () => {
    const ejecting = (outlierDetection: object): string[] =>
      rulesOf(destinationRule({ outlierDetection })).map(({ alert }) => alert);
    expect(ejecting({ consecutive5xxErrors: 3, minHealthPercent: 40 })).toEqual([
      ...['EndpointsEjected', 'EjectionsHeldBack', 'BreakerPanics'],
    ]);
    expect(ejecting({ consecutive5xxErrors: 3 })).toEqual([
      ...['EndpointsEjected', 'EjectionsHeldBack', 'NobodyLeft'],
    ]);
  });

  it('ask for nothing that a proxy is not asked to tell', () => {
    const served = new RegExp(
      new URLSearchParams(BREAKER_METRICS_PATH.split('?')[1]).get('filter') ?? '',
    );
    const known = [
      ...[...COUNTERS, ...GAUGES],
      ...['upstream_rq_active_overflow', 'upstream_cx_none_healthy', 'lb_healthy_panic'],
    ].filter((statistic) => served.test(`cluster.outbound|80||x;.${statistic}`));
    const metrics = new Set(known.map((statistic) => metricOf(statistic as Statistic)));
    const { groups, dashboard } = alertsOf(
      'shop',
      shop(
        destinationRule({
          connectionPool: {
            tcp: { maxConnections: 1 },
            http: { http1MaxPendingRequests: 1, http2MaxRequests: 1, maxRetries: 1 },
          },
          outlierDetection: { consecutive5xxErrors: 3 },
        }),
      ),
    );
    const asked = JSON.stringify([groups, dashboard]).match(/envoy_cluster_\w+/g) ?? [];
    expect(new Set(asked).size).toBeGreaterThan(10);
    expect([...new Set(asked)].filter((metric) => !metrics.has(metric))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('has a row for each breaker, and a panel with lines at 80 % and at the limit for each limit', () => {
    const { dashboard } = alertsOf('my shop', shop(destinationRule(limits(50, 10))));
    const { panels, uid } = dashboard as unknown as {
      uid: string;
      panels: {
        type: string;
        title: string;
        fieldConfig?: { defaults: { thresholds?: { steps: { value: number | null }[] } } };
        targets?: { refId: string }[];
      }[];
    };
    expect(uid).toBe('breakers-my-shop');
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'port 5000 of shop/server',
      `${HOST}:80`,
    ]);
    const limited = panels.filter(({ title }) => title === 'maxConnections 50');
    expect(limited).toHaveLength(2);
    expect(limited[0]?.fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value)).toEqual([
      ...[null, 40, 50],
    ]);
    for (const { targets = [] } of panels) {
      const refs = targets.map(({ refId }) => refId);
      expect(new Set(refs).size).toBe(refs.length);
    }
  });
});

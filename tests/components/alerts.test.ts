/** What a stack with `alerts` registers besides, on either platform, under Pulumi's mocks. */
import { describe, expect, it } from 'vitest';
import { BreakerAlerts } from '../../components/breakerAlerts.ts';
import { digestOf } from '../../experiment/digest.ts';
import type { Alerts } from '../../experiment/alerts.ts';
import { inputsOf, type Registration, registrationsOf, treeOf } from '../support/registrations.ts';
import { CONFIG_MAP, namespace } from './made.ts';
import { CLUSTER, objectsOf, run } from './program.ts';

const RULE = 'kubernetes:monitoring.coreos.com/v1:PrometheusRule';

const alerts: Alerts = {
  stack: 'shop',
  groups: [{ name: 'one', rules: [{ alert: 'A', expr: 'up', labels: {}, annotations: {} }] }],
  dashboard: { title: 'Breakers', uid: 'breakers-shop' },
};

describe('BreakerAlerts', () => {
  it('is a PrometheusRule and a ConfigMap that the sidecar of Grafana finds, and nothing else', async () => {
    const registrations = await registrationsOf(
      () => new BreakerAlerts('watch', { namespace, alerts, ruleLabels: { release: 'prom' } }),
    );
    expect(treeOf(registrations)).toHaveLength(3);
    expect(inputsOf(registrations, RULE)).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'watch', namespace, labels: { release: 'prom' } },
      spec: { groups: alerts.groups },
    });
    expect(inputsOf(registrations, CONFIG_MAP)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'watch', namespace, labels: { grafana_dashboard: '1' } },
      data: { 'circuit-breakers-shop.json': JSON.stringify(alerts.dashboard, null, 2) },
    });
  });

  it('has the labels of another sidecar where it is told them', async () => {
    const registrations = await registrationsOf(
      () => new BreakerAlerts('watch', { namespace, alerts, dashboardLabels: { team: 'a' } }),
    );
    expect(inputsOf(registrations, CONFIG_MAP)['metadata']).toMatchObject({
      labels: { team: 'a' },
    });
    expect(inputsOf(registrations, RULE)['metadata']).toEqual({ name: 'watch', namespace });
  });
});

describe.each([
  ['local', {}],
  ['kubernetes', CLUSTER],
])('alerts: true on %s', (_, platform) => {
  const withAlerts = { ...platform, alerts: 'true', alertLabels: '{"release":"prom"}' };

  it('adds three resources, with rules for both of the limits and both of the proxies', async () => {
    const plain = await run('fail-fast', platform);
    const watched = await run('fail-fast', withAlerts);
    expect(watched.length - plain.length).toBe(3);
    const { metadata, spec } = inputsOf(watched, RULE) as unknown as {
      metadata: object;
      spec: { groups: Alerts['groups'] };
    };
    expect(metadata).toEqual({
      name: 'breaker-alerts',
      namespace: 'circuitbreaker',
      labels: { release: 'prom' },
    });
    expect(spec.groups.map(({ name, rules }) => [name, rules.length])).toEqual([
      ['port 5000 of circuitbreaker/pyserver', 5],
      ['pyserver.circuitbreaker.svc.cluster.local:80', 5],
    ]);
    const { data } = inputsOf(watched, CONFIG_MAP, 'breaker-alerts') as {
      data: Record<string, string>;
    };
    expect(Object.keys(data)).toEqual(['circuit-breakers-fail-fast.json']);
  });

  it('changes nothing of what runs: the digest stays', async () => {
    const digest = (registrations: readonly Registration[]): string =>
      digestOf(objectsOf(registrations));
    const plain = digest(await run('fail-fast', platform));
    expect(digest(await run('fail-fast', withAlerts))).toBe(plain);
  });

  it('makes rules without a group where nothing limits', async () => {
    const watched = await run('baseline', withAlerts);
    expect(inputsOf(watched, RULE)['spec']).toEqual({ groups: [] });
  });
});

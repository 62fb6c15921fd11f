/** Proves with Prometheus' own tool that the rules of every stack, and the dashboard's queries, are ones that it takes. */
import { describe, expect, it } from 'vitest';
import { listStacks } from '../../../config/stackFiles.ts';
import { alertsFor, rulesFile } from '../../support/alerts.ts';
import { HAS_PROMTOOL, promtool } from '../../support/promtool.ts';
import { ROOT } from '../../support/project.ts';

describe.skipIf(!HAS_PROMTOOL)('by promtool', () => {
  it('the rules of every stack are accepted, without a duplicate', async () => {
    for (const stack of listStacks(ROOT)) {
      const alerts = await alertsFor(stack);
      const count = alerts.groups.flatMap(({ rules }) => rules).length;
      const { ok, output } = promtool(['check', 'rules', 'rules.yaml'], {
        'rules.yaml': rulesFile(alerts),
      });
      expect(ok, `${stack}: ${output}`).toBe(true);
      expect(output).toContain(`${count} rules found`);
    }
  });

  it("the dashboard's queries are PromQL", async () => {
    for (const stack of ['fail-fast', 'bad-server']) {
      const { dashboard } = await alertsFor(stack);
      const { panels } = dashboard as { panels: { targets?: { expr: string }[] }[] };
      const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
      expect(queries.length).toBeGreaterThan(4);
      const rules = queries.map((expr, index) => ({
        record: `query:${index}`,
        expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$pod', '.*'),
      }));
      const { ok, output } = promtool(['check', 'rules', 'rules.yaml'], {
        'rules.yaml': { groups: [{ name: 'dashboard', rules }] },
      });
      expect(ok, output).toBe(true);
    }
  });

  it('an alert says which proxy, which breaker and how many', async () => {
    const alerts = await alertsFor('fail-fast');
    const rule = alerts.groups
      .flatMap(({ rules }) => rules)
      .find(
        ({ alert, labels }) => alert === 'BreakerRefuses' && labels['breaker']?.endsWith(':80'),
      );
    const cluster = 'outbound|80||pyserver.circuitbreaker.svc.cluster.local';
    const place = { namespace: 'circuitbreaker', pod: 'pyclient-7d4b9-x2x4z' };
    const { ok, output } = promtool(['test', 'rules', 'test.yaml'], {
      'rules.yaml': rulesFile(alerts),
      'test.yaml': {
        rule_files: ['rules.yaml'],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: [
              {
                series: `envoy_cluster_upstream_rq_pending_overflow{cluster_name="${cluster}",namespace="${place.namespace}",pod="${place.pod}"}`,
                values: '0+4x10',
              },
            ],
            alert_rule_test: [
              {
                eval_time: '10m',
                alertname: 'BreakerRefuses',
                exp_alerts: [
                  {
                    exp_labels: { ...rule?.labels, ...place, cluster_name: cluster },
                    exp_annotations: {
                      ...rule?.annotations,
                      summary:
                        'circuitbreaker/pyclient-7d4b9-x2x4z, pyserver.circuitbreaker.svc.cluster.local:80: 20 refused within 5m',
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    });
    expect(ok, output).toBe(true);
  });
});

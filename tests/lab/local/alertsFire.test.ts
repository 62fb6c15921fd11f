/**
 * Proves that the rules fire on what the proxies of a real fail-fast run counted, and that those of refusal
 * and of open breakers do not on what a baseline's did: by Prometheus' own tool, over scrapes of both.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Alerts } from '../../../experiment/alerts.ts';
import { alertsFor, rulesFile } from '../../support/alerts.ts';
import { HAS_PROMTOOL, promtool, type Ran } from '../../support/promtool.ts';
import { type Recording, recordMetrics } from '../../support/recordedMetrics.ts';

const SCRAPED_EVERY = '15s';

/** Evaluates rules over recorded series, and a query at their end. */
function unitTest(
  alerts: Alerts,
  { series, scrapes }: Recording,
  tests: readonly { readonly expr: string; readonly samples: readonly object[] }[],
): Ran {
  return promtool(['test', 'rules', 'test.yaml'], {
    'rules.yaml': rulesFile(alerts),
    'test.yaml': {
      rule_files: ['rules.yaml'],
      evaluation_interval: SCRAPED_EVERY,
      tests: [
        {
          interval: SCRAPED_EVERY,
          input_series: [...series].map(([name, values]) => ({
            series: name,
            values: values.join(' '),
          })),
          promql_expr_test: tests.map(({ expr, samples }) => ({
            expr,
            eval_time: `${(scrapes - 1) * 15}s`,
            exp_samples: samples,
          })),
        },
      ],
    },
  });
}

describe.skipIf(!HAS_PROMTOOL)('over what the proxies of real runs counted', () => {
  let alerts: Alerts;
  let failFast: Recording;
  let baseline: Recording;
  beforeAll(async () => {
    alerts = await alertsFor('fail-fast');
    // The last connection may come in the fifth batch, and what is near its limit is so for a minute of scrapes.
    failFast = await recordMetrics('fail-fast', { timeScale: 0.1, batches: 8 });
    baseline = await recordMetrics('baseline', { timeScale: 0.1, batches: 2 });
  });

  const firing = (matchers: string): string =>
    `count(ALERTS{alertstate="firing",${matchers}}) or vector(0)`;
  const ofClient = 'pod="pyclient-0",breaker="pyserver.circuitbreaker.svc.cluster.local:80"';

  it.each([
    ['BreakerRefuses', 'max_pending_requests'],
    ['BreakerOpen', 'max_connections'],
    ['BreakerNearLimit', 'max_connections'],
  ])('of fail-fast %s fires for %s', (alert, limit) => {
    const expr = firing(`alertname="${alert}",limit="${limit}",${ofClient}`);
    const { ok, output } = unitTest(alerts, failFast, [
      { expr, samples: [{ labels: '{}', value: 1 }] },
    ]);
    expect(ok, output).toBe(true);
  });

  it('of a baseline nothing is refused and no breaker is open, though it has as many connections', () => {
    const none = [{ labels: '{}', value: 0 }];
    const { ok, output } = unitTest(alerts, baseline, [
      { expr: firing('alertname="BreakerRefuses"'), samples: none },
      { expr: firing('alertname="BreakerOpen"'), samples: none },
      // The series are there: the same cluster, without limits.
      {
        expr: 'count(envoy_cluster_upstream_rq_pending_overflow{cluster_name="outbound|80||pyserver.circuitbreaker.svc.cluster.local",pod="pyclient-0"})',
        samples: [{ labels: '{}', value: 1 }],
      },
    ]);
    expect(ok, output).toBe(true);
  });

  it('that of fail-fast fails where nothing is expected: the test can fail', () => {
    const { ok } = unitTest(alerts, failFast, [
      { expr: firing('alertname="BreakerRefuses"'), samples: [{ labels: '{}', value: 0 }] },
    ]);
    expect(ok).toBe(false);
  });
});

import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { Alerts } from '../experiment/alerts.ts';

export interface BreakerAlertsArgs {
  /** Namespace of both objects. */
  readonly namespace: pulumi.Input<string>;
  /** What to watch for, as `lab alerts --json` has it (lab/alerting.ts). */
  readonly alerts: pulumi.Input<Pick<Alerts, 'stack' | 'groups' | 'dashboard'>>;
  /**
   * Labels by which the Prometheus of the cluster selects its rules: kube-prometheus-stack's has
   * `release: <name of the Helm release>`.
   * @default - none, for a Prometheus that takes every rule
   */
  readonly ruleLabels?: Readonly<Record<string, string>>;
  /**
   * Labels by which Grafana's sidecar finds dashboards.
   * @default { grafana_dashboard: '1' }, the sidecar's own
   */
  readonly dashboardLabels?: Readonly<Record<string, string>>;
}

/**
 * Alerts for circuit breakers where the Prometheus operator and Grafana run: a PrometheusRule
 * (monitoring.coreos.com/v1, whose CRD has to be there) and a ConfigMap with the dashboard.
 *
 * The proxies have to keep the statistics of their clusters (`proxyStatsMatcher`), as those of this
 * package's pods do, and Prometheus has to scrape them with the labels `namespace` and `pod`.
 */
export class BreakerAlerts extends pulumi.ComponentResource {
  constructor(name: string, args: BreakerAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:BreakerAlerts', name, {}, opts);

    const { namespace, ruleLabels, dashboardLabels = { grafana_dashboard: '1' } } = args;
    const alerts = pulumi.output(args.alerts);
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { name, namespace, ...(ruleLabels && { labels: ruleLabels }) },
        spec: { groups: alerts.groups },
      },
      { parent: this },
    );
    new k8s.core.v1.ConfigMap(
      name,
      {
        metadata: { name, namespace, labels: dashboardLabels },
        // The sidecar puts all dashboards into one folder: the file's name is the stack's own.
        data: alerts.apply(({ stack, dashboard }) => ({
          [`circuit-breakers-${stack}.json`]: JSON.stringify(dashboard, null, 2),
        })),
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}

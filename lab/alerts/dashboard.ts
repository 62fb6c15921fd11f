/** A dashboard of the breakers: for each, how near it is to its limits, what it refuses and ejects. */
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Statistic } from '../../envoy/prometheus.ts';
import type { Breaker } from './breakers.ts';
import { LIMITS } from './limits.ts';
import { NEAR, seriesOf } from './rules.ts';

const SOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** Of the pods that are chosen at the top of the page. */
const CHOSEN = 'pod=~"$pod"';

/** What Grafana calls the queries of a panel. */
const REFS = 'ABCDEFGH';

/** The width of a dashboard is 24. */
const SPAN = 6;
const HEIGHT = 7;

/* eslint-disable @typescript-eslint/no-deprecated --
   the classic form: the one that Grafana's sidecar and every Grafana since 8 take from a file */

/** @param stack names it, and makes it the same dashboard when it is made again */
export function dashboardOf(stack: string, breakers: readonly Breaker[]): Dashboard {
  const dashboard = new DashboardBuilder(`Circuit breakers: ${stack}`)
    .uid(`breakers-${stack}`.replaceAll(/[^\w-]+/g, '-').slice(0, 40))
    .tags(['circuit-lab', 'istio'])
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-30m', to: 'now' })
    .refresh('10s')
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
    )
    .withVariable(
      new QueryVariableBuilder('pod')
        .label('Proxy of')
        .datasource(SOURCE)
        .query('label_values(envoy_cluster_upstream_cx_active, pod)')
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .allValue('.*'),
    );
  for (const breaker of breakers) {
    dashboard.withRow(new RowBuilder(breaker.name));
    for (const panel of panelsOf(breaker)) {
      dashboard.withPanel(
        panel
          .span(SPAN)
          .height(HEIGHT)
          .datasource(SOURCE)
          .legend(new VizLegendOptionsBuilder().showLegend(true)),
      );
    }
  }
  return dashboard.build();
}

function panelsOf(breaker: Breaker): PanelBuilder[] {
  const { limits, ejects } = breaker;
  const series = (statistic: Statistic): string =>
    seriesOf(breaker, statistic).replace(/\}$/, `,${CHOSEN}}`);
  const queries = (...all: readonly (readonly [expr: string, legend: string])[]) =>
    all.map(([expr, legend], index) =>
      new DataqueryBuilder().refId(REFS.charAt(index)).expr(expr).legendFormat(legend),
    );
  const rate = (statistic: Statistic): string => `rate(${series(statistic)}[$__rate_interval])`;
  const set = LIMITS.filter(({ name }) => limits[name] !== undefined);
  return [
    ...set.flatMap(({ name, field, active, of, refusal }) =>
      active === undefined
        ? []
        : [
            limited(new PanelBuilder(), limits[name] ?? 0)
              .title(`${field} ${limits[name] ?? 0}`)
              .description(`${of}. ${refusal}`)
              .targets(queries([series(active), '{{pod}}'])),
          ],
    ),
    new PanelBuilder()
      .title('Refused by this breaker')
      .description('Requests, and retries that were not made, by the limit that was full.')
      .unit('reqps')
      .min(0)
      .targets(
        queries(
          ...set.flatMap(({ field, refused }): [string, string][] =>
            refused === undefined ? [] : [[rate(refused), `${field} {{pod}}`]],
          ),
        ),
      ),
    ...(ejects
      ? [
          new PanelBuilder()
            .title('Endpoints')
            .description('Ejected by this proxy, and those that are left.')
            .min(0)
            .decimals(0)
            .targets(
              queries(
                [series('outlier_detection.ejections_active'), 'ejected {{pod}}'],
                [series('membership_healthy'), 'left {{pod}}'],
              ),
            ),
        ]
      : []),
  ];
}

/** With lines where it is near, and where it is full. */
function limited(panel: PanelBuilder, limit: number): PanelBuilder {
  return panel
    .min(0)
    .axisSoftMax(limit)
    .decimals(0)
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: 'green' },
        { value: NEAR * limit, color: 'orange' },
        { value: limit, color: 'red' },
      ]),
    )
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Line));
}

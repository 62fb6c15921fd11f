/** Alerts for people: which there are, and when each fires. */
import type { Alerts } from '../../experiment/alerts.ts';
import { bold, drawTable } from './table.ts';

export function alertsText({ groups }: Alerts, colour: boolean): string {
  if (groups.length === 0) {
    return 'No DestinationRule limits anything here or ejects endpoints: there is nothing to watch.\n';
  }
  const parts = groups.map(({ name, rules }) =>
    [
      colour ? bold(name) : name,
      drawTable(
        ['left', 'left', 'left'],
        rules.map(({ alert, expr, for: lasting, labels }) => [
          `  ${alert}`,
          labels['severity'] ?? '',
          `${withoutSeries(expr)}${lasting === undefined ? '' : ` for ${lasting}`}`,
        ]),
      ),
      '',
    ].join('\n'),
  );
  return `${[...parts, 'As a rules file: --format prometheus. As a dashboard: --format grafana.'].join('\n')}\n`;
}

/** An expression without what tells one breaker's series from another's. */
function withoutSeries(expr: string): string {
  return expr.replaceAll(/\{[^}]*\}/g, '').replaceAll('envoy_cluster_', '');
}

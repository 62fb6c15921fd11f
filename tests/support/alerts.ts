/** Alerts of a stack, as a user gets them. */
import { alertsOf } from '../../lab/alerts/alertsOf.ts';
import { understand } from '../../lab/commands/prepare.ts';
import type { Alerts } from '../../experiment/alerts.ts';
import { prometheus } from '../../lab/report/prometheus.ts';

export async function alertsFor(stack: string): Promise<Alerts> {
  const { source, mesh } = await understand(stack, { unsent: true });
  return alertsOf(source.experiment.stack, mesh);
}

export function rulesFile(alerts: Alerts): string {
  return prometheus.renderers.alerts?.(alerts, false) ?? '';
}

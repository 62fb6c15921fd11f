/** What watches the breakers of a mesh: Prometheus' rules and Grafana's dashboard, from its objects. */
import { z } from 'zod';

/** As a rules file has it (prometheus.io, Alerting rules). */
export const alertRule = z.strictObject({
  alert: z.string(),
  /** PromQL, with the objects' own limits. */
  expr: z.string(),
  /** For how long it has to be so. */
  for: z.string().optional(),
  /** `severity`, the `breaker` and its `limit` that are meant, the `destination_rule` that sets it. */
  labels: z.record(z.string(), z.string()),
  /** `summary`, `description` and `runbook`: what is so, what it means, what to do. */
  annotations: z.record(z.string(), z.string()),
});

export const alerts = z.strictObject({
  stack: z.string(),
  /** One for each cluster of Envoy that a DestinationRule limits, or lets eject endpoints. */
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(alertRule) })),
  /** A dashboard as Grafana imports it. */
  dashboard: z.record(z.string(), z.unknown()),
});

export type AlertRule = z.infer<typeof alertRule>;
export type Alerts = z.infer<typeof alerts>;

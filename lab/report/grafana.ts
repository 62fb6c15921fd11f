/** For Grafana: a dashboard as it is imported. */
import type { Format } from './format.ts';
import { asJson, json } from './json.ts';

export const grafana: Format = {
  alone: true,
  renderers: { alerts: ({ dashboard }) => asJson(dashboard) },
  error: json.error,
};

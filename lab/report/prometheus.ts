/** For Prometheus: a file of alerting rules (prometheus.io, Alerting rules). */
import { stringify } from 'yaml';
import type { Format } from './format.ts';
import { json } from './json.ts';

export const prometheus: Format = {
  alone: true,
  renderers: { alerts: ({ groups }) => stringify({ groups }, { lineWidth: 0 }) },
  error: json.error,
};

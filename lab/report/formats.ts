/** The formats of `--format`, the default first. */
import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { grafana } from './grafana.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { prometheus } from './prometheus.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

export const FORMATS: Readonly<Record<string, Format>> = {
  ...{ text, json, csv, sarif, junit, prometheus, grafana },
};

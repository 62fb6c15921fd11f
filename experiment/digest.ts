import { createHash } from 'node:crypto';
import { EXPERIMENT_CONFIG_MAP, EXPERIMENT_ENTRY } from './experiment.ts';

/**
 * SHA-256 of what is run and what is expected of it: the same for the same objects, in whatever
 * order they and their fields stand. What an experiment only says of itself for people (its
 * description, its seed, where an expectation comes from, whether it is predicted) takes no part, nor
 * does what only watches: rules of Prometheus, dashboards of Grafana.
 */
export function digestOf(objects: readonly unknown[]): string {
  const texts = objects
    .filter((object) => !onlyWatches(object))
    .map((object) => canonical(withoutWords(object)))
    .sort();
  return createHash('sha256').update(texts.join('\n')).digest('hex');
}

function onlyWatches(object: unknown): boolean {
  const { apiVersion, kind, metadata } = object as Partial<Watcher>;
  if (apiVersion?.startsWith('monitoring.coreos.com/') === true) return true;
  return kind === 'ConfigMap' && metadata?.labels?.['grafana_dashboard'] !== undefined;
}

interface Watcher {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

function canonical(object: unknown): string {
  return JSON.stringify(object, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

interface ConfigMap {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown };
  readonly data?: Readonly<Record<string, unknown>>;
}

function withoutWords(object: unknown): unknown {
  const { kind, metadata, data } = object as ConfigMap;
  const entry = data?.[EXPERIMENT_ENTRY];
  if (kind !== 'ConfigMap' || metadata?.name !== EXPERIMENT_CONFIG_MAP) return object;
  if (typeof entry !== 'string') return object;
  let experiment: Record<string, unknown>;
  try {
    experiment = JSON.parse(entry) as Record<string, unknown>;
  } catch {
    // Whoever runs it refuses it.
    return object;
  }
  const { description, seed, predict, expect, ...kept } = experiment;
  const expectations = Array.isArray(expect)
    ? expect.map(({ because, ...expectation }: Record<string, unknown>) => expectation)
    : expect;
  return {
    ...(object as object),
    data: { ...data, [EXPERIMENT_ENTRY]: { ...kept, expect: expectations } },
  };
}

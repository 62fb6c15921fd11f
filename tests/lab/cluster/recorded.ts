/** What a real Istio mesh answered (Kubernetes 1.34, istiod 1.30.3, native sidecars, mutual TLS). */
import type { ClientEvent } from '../../../apps/contract.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { parseClientLine } from '../../../lab/watch/clientLog.ts';
import { EnvoyAdmin } from '../../../envoy/admin.ts';

/** A file of a recording, such as `fail-fast/pods.json`. */
export function recorded(file: string): string {
  return readFileSync(join(import.meta.dirname, 'recordings', file), 'utf8');
}

export function recordedLines(file: string): string[] {
  return recorded(file).trim().split('\n');
}

export function recordedEvents(file: string): ClientEvent[] {
  return recordedLines(file).flatMap((line) => parseClientLine(line) ?? []);
}

/** A pod is of one recording, or one of a list of them. */
export function recordedPods(file: string): V1Pod[] {
  const json = JSON.parse(recorded(file)) as V1Pod & { readonly items?: V1Pod[] };
  return json.items ?? [json];
}

/** The admin interface of a proxy, as it was recorded: `fail-fast/pyclient`. */
export function recordedAdmin(proxy: string): EnvoyAdmin {
  return new EnvoyAdmin((path) => {
    const name = /^\/(\w+)/.exec(path)?.[1] ?? '';
    if (name === 'ready') return Promise.resolve({ status: 200, body: 'LIVE\n' });
    return Promise.resolve({
      status: 200,
      body: filtered(recorded(`${proxy}.${name}.json`), path),
    });
  });
}

/** Envoy itself leaves out the statistics that are not asked for. */
function filtered(body: string, path: string): string {
  const filter = new URL(path, 'http://envoy').searchParams.get('filter');
  if (filter === null) return body;
  const { stats } = JSON.parse(body) as { stats: { name?: string }[] };
  const wanted = new RegExp(filter);
  return JSON.stringify({
    stats: stats.filter(({ name }) => name === undefined || wanted.test(name)),
  });
}

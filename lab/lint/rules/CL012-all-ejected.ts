import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_PANIC, ISTIO_OUTLIER, shownBy } from '../sources.ts';
import { count } from '../words.ts';

const ALL_OUT = {
  consecutive5xxErrors: 2,
  interval: '1s',
  baseEjectionTime: '1m',
  maxEjectionPercent: 100,
};

export const rule: Rule = {
  id: 'CL012',
  name: 'all-ejected',
  severity: 'note',
  title: 'All endpoints may be ejected, and then nobody is called',
  reason:
    "Envoy's panic threshold sends to ejected endpoints where too many are out. Wherever a rule has " +
    'outlierDetection, Istio sets it to minHealthPercent, which is 0 unless set: with all ejected, every ' +
    'request gets 503 UH at once.',
  fix: 'leave maxEjectionPercent below 100, or set minHealthPercent',
  sources: [ISTIO_OUTLIER, ENVOY_PANIC, shownBy('the stack bad-server')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'paced(20/s, requests=50)',
      behaviour: { '*': { serviceTime: '5ms', errors: [{}] } },
      replicas: { server: 2 },
    },
    bad: {
      shows: 'both servers fail and are ejected: 503 UH without being asked',
      objects: [policy({ outlierDetection: ALL_OUT })],
      expect: [{ name: 'no healthy upstream', refusedBy: 'no-healthy-upstream', count: [15, 47] }],
    },
    good: {
      shows: 'minHealthPercent 50: they go on being asked',
      objects: [policy({ outlierDetection: { ...ALL_OUT, minHealthPercent: 50 } })],
      expect: [{ name: 'no healthy upstream', refusedBy: 'no-healthy-upstream', count: [0, 3] }],
    },
  },
};

function inCluster({ isReached }: LintMesh, cluster: Cluster): Hit[] {
  const { outlier, endpoints } = cluster;
  if (outlier === undefined || !isReached(cluster)) return [];
  const { maxEjectionPercent = 0, minHealthPercent = 0 } = outlier.value;
  if (maxEjectionPercent < 100 || minHealthPercent > 0) return [];
  const all =
    endpoints === undefined ? 'every endpoint' : (ALL[endpoints] ?? `all ${endpoints} endpoints`);
  return [
    {
      at: within(outlier, 'maxEjectionPercent'),
      sentence:
        `maxEjectionPercent 100 lets ${all} of ${clusterName(cluster)} be ejected, and without minHealthPercent nobody ` +
        'is called then: every request gets 503 UH',
      ...(endpoints !== undefined && {
        fix:
          endpoints === 1
            ? `it has ${count(endpoints, 'endpoint')}: have more, or set minHealthPercent, which goes on calling it`
            : `set maxEjectionPercent to ${Math.floor((100 * (endpoints - 1)) / endpoints)}, or minHealthPercent`,
      }),
    },
  ];
}

const ALL: Readonly<Record<number, string>> = { 1: 'the only endpoint', 2: 'both endpoints' };

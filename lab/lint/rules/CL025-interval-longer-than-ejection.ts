import { durationMs } from '../../../istio/duration.ts';
import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_OUTLIER, ISTIO_OUTLIER, shownBy } from '../sources.ts';

/** Envoy's own, which Istio leaves in force. */
const DEFAULTS = { interval: '10s', baseEjectionTime: '30s' };

const AT_ONCE = { consecutive5xxErrors: 1, baseEjectionTime: '300ms', maxEjectionPercent: 100 };

export const rule: Rule = {
  id: 'CL025',
  name: 'interval-longer-than-ejection',
  severity: 'warning',
  title: 'The interval is longer than the ejection, which so lasts longer than it says',
  reason:
    'Ejected endpoints are let back by the sweep that goes once in each interval, and at no other time: an ejection lasts ' +
    'until the first sweep after its time.',
  fix: 'set interval to no more than baseEjectionTime',
  sources: [ENVOY_OUTLIER, ISTIO_OUTLIER, shownBy('this experiment')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: {
      load: 'paced(10/s, requests=30)',
      behaviour: { '*': { serviceTime: '5ms', errors: [{}] } },
    },
    bad: {
      shows: 'ejected for 300 ms, and out for most of three seconds',
      objects: [policy({ outlierDetection: { ...AT_ONCE, interval: '3s' } })],
      expect: [{ name: 'times that it was asked', status: 500, count: [1, 4] }],
    },
    good: {
      shows: 'back and ejected again, several times',
      objects: [policy({ outlierDetection: { ...AT_ONCE, interval: '100ms' } })],
      expect: [{ name: 'times that it was asked', status: 500, count: [3, 15] }],
    },
  },
};

function inCluster({ isReached }: LintMesh, cluster: Cluster): Hit[] {
  const { outlier } = cluster;
  if (outlier === undefined || !isReached(cluster)) return [];
  const { interval = DEFAULTS.interval, baseEjectionTime = DEFAULTS.baseEjectionTime } =
    outlier.value;
  if (durationMs(interval) <= durationMs(baseEjectionTime)) return [];
  const isSet = outlier.value.interval !== undefined;
  const at = within(outlier, isSet ? 'interval' : 'baseEjectionTime');
  return [
    {
      at,
      sentence:
        `endpoints of ${clusterName(cluster)} are looked at once in ${interval}${isSet ? '' : ', as interval is not set'}: an ejection of ` +
        `${baseEjectionTime} lasts up to ${interval}`,
      fix: `set interval to ${baseEjectionTime} or less`,
      edits: [{ set: [...outlier.at.path, 'interval'], to: baseEjectionTime }],
    },
  ];
}

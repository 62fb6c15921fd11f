import type { Expectation } from '../../../experiment/expectation.ts';
import { durationMs } from '../../../istio/duration.ts';
import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_OUTLIER, ISTIO_OUTLIER, shownBy } from '../sources.ts';

/** Envoy's own, which Istio leaves in force. */
const DEFAULTS = { interval: '10s', baseEjectionTime: '30s' };

const AT_ONCE = { consecutive5xxErrors: 1, baseEjectionTime: '500ms', maxEjectionPercent: 100 };

function ejections(least: number, most: number): Expectation {
  const statistic = 'outlier_detection.ejections_enforced_total';
  return { name: 'ejections', statistic, of: 'client', total: [least, most] };
}

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
      load: 'paced(10/s, requests=45)',
      behaviour: { '*': { serviceTime: '5ms', errors: [{}] } },
    },
    bad: {
      shows: 'ejected for half a second, and out until the end, as the next sweep is in ten',
      objects: [policy({ outlierDetection: AT_ONCE })],
      expect: [ejections(1, 1)],
    },
    good: {
      shows: 'back, and ejected again',
      objects: [policy({ outlierDetection: { ...AT_ONCE, interval: '500ms' } })],
      expect: [ejections(2, 9)],
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

import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, versions } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_OUTLIER, ISTIO_OUTLIER, shownBy } from '../sources.ts';

/** Envoy's own, which Istio leaves in force. */
const DEFAULT_PERCENT = 10;

const FAILING = { 'server-v1': '5ms', 'server-v2': { serviceTime: '5ms', errors: [{}] } };
const QUICK = { consecutive5xxErrors: 3, interval: '500ms', baseEjectionTime: '30s' };

export const rule: Rule = {
  id: 'CL003',
  name: 'ejects-nobody',
  severity: 'error',
  title: 'maxEjectionPercent is less than one endpoint: nobody is ever ejected',
  reason:
    'Envoy ejects an endpoint only where, with it, no more than maxEjectionPercent of the endpoints are out; ' +
    'since Envoy 1.28 that holds for the first one, too. The default is 10: below ten endpoints it ejects none.',
  fix: 'set maxEjectionPercent to at least one endpoint of those that there are',
  sources: [ENVOY_OUTLIER, ISTIO_OUTLIER, shownBy('the stack servicex')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'paced(20/s, requests=40)',
      behaviour: FAILING,
      replicas: { 'server-v1': 1, 'server-v2': 1 },
    },
    bad: {
      shows: 'one of two servers always fails, and is never ejected',
      objects: [policy({ outlierDetection: QUICK }, { subsets: versions('v1', 'v2') })],
      expect: [
        {
          name: 'ejected',
          statistic: 'outlier_detection.ejections_enforced_total',
          of: 'client',
          total: [0, 0],
        },
        {
          name: 'not ejected for the percentage',
          statistic: 'outlier_detection.ejections_overflow',
          of: 'client',
          total: [1, 40],
        },
      ],
    },
    good: {
      shows: 'it is ejected after three errors',
      objects: [
        policy(
          { outlierDetection: { ...QUICK, maxEjectionPercent: 50 } },
          { subsets: versions('v1', 'v2') },
        ),
      ],
      expect: [
        {
          name: 'ejected',
          statistic: 'outlier_detection.ejections_enforced_total',
          of: 'client',
          cluster: '||',
          total: [1, 1],
        },
        { name: 'errors', status: 500, count: [3, 10] },
      ],
    },
  },
};

function inCluster({ isReached }: LintMesh, cluster: Cluster): Hit[] {
  const { outlier, endpoints } = cluster;
  // A single endpoint is better kept: without it there is nobody.
  if (outlier === undefined || endpoints === undefined || endpoints < 2) return [];
  if (!isReached(cluster)) return [];
  const { maxEjectionPercent } = outlier.value;
  const percent =
    maxEjectionPercent === 0 ? DEFAULT_PERCENT : (maxEjectionPercent ?? DEFAULT_PERCENT);
  const one = 100 / endpoints;
  if (one <= percent) return [];
  const at = within(outlier, 'maxEjectionPercent');
  const said =
    maxEjectionPercent === undefined
      ? `maxEjectionPercent is ${DEFAULT_PERCENT} where it is not set`
      : `maxEjectionPercent is ${percent}`;
  return [
    {
      at,
      sentence: `${said}, and one of the ${endpoints} endpoints of ${clusterName(cluster)} is ${Math.round(one)} %: none is ever ejected`,
      fix: `set maxEjectionPercent to ${Math.ceil(one)} or more`,
      edits: [{ set: at.path, to: Math.ceil(one) }],
    },
  ];
}

import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_OUTLIER, ISTIO_OUTLIER, shownBy } from '../sources.ts';

/** Envoy's own, live wherever outlierDetection does not set consecutive5xxErrors. */
const DEFAULT_5XX = 5;

const AFTER_TWENTY = {
  consecutiveGatewayErrors: 20,
  interval: '1s',
  baseEjectionTime: '1m',
  maxEjectionPercent: 100,
};

export const rule: Rule = {
  id: 'CL004',
  name: 'gateway-errors-above-5xx',
  severity: 'warning',
  title: 'consecutiveGatewayErrors is never reached: consecutive5xxErrors ejects before it',
  reason:
    '502, 503 and 504 count as 5xx as well, and both detectors work side by side. Where consecutive5xxErrors is ' +
    "not set, Envoy's own 5 stays in force.",
  fix: 'set consecutive5xxErrors to 0, which switches it off, or to no less than consecutiveGatewayErrors',
  sources: [ISTIO_OUTLIER, ENVOY_OUTLIER, shownBy('the stacks servicex and servicex-fixed')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'paced(20/s, requests=40)',
      behaviour: { '*': { serviceTime: '5ms', errors: [{ status: 502 }] } },
    },
    bad: {
      shows: 'ejected after five 502s, though twenty are asked for',
      objects: [policy({ outlierDetection: AFTER_TWENTY })],
      expect: [{ name: '502s until the ejection', status: 502, count: [5, 9] }],
    },
    good: {
      shows: 'ejected after twenty',
      objects: [policy({ outlierDetection: { ...AFTER_TWENTY, consecutive5xxErrors: 0 } })],
      expect: [{ name: '502s until the ejection', status: 502, count: [20, 26] }],
    },
  },
};

function inCluster({ isReached }: LintMesh, cluster: Cluster): Hit[] {
  const { outlier } = cluster;
  if (outlier === undefined || !isReached(cluster)) return [];
  const { consecutiveGatewayErrors: gateway = 0, consecutive5xxErrors: any } = outlier.value;
  const limit = any ?? DEFAULT_5XX;
  if (gateway === 0 || limit === 0 || gateway <= limit) return [];
  const said =
    any === undefined
      ? `consecutive5xxErrors, which is not set, stays at ${DEFAULT_5XX}`
      : `consecutive5xxErrors is ${any}`;
  return [
    {
      at: within(outlier, 'consecutiveGatewayErrors'),
      sentence:
        `consecutiveGatewayErrors is ${gateway}, but ${said} and counts the same answers: an endpoint of ` +
        `${clusterName(cluster)} is ejected after ${limit}`,
      ...(any === undefined && {
        fix: 'set consecutive5xxErrors to 0 as well, so that only gateway errors count',
        edits: [{ set: [...outlier.at.path, 'consecutive5xxErrors'], to: 0 }],
      }),
    },
  ];
}

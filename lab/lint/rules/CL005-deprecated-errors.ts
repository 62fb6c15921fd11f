import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy } from '../manifests.ts';
import type { Path } from '../place.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_OUTLIER, shownBy } from '../sources.ts';
import { valueAt } from '../valueAt.ts';

const OTHERS = { interval: '1s', baseEjectionTime: '1m', maxEjectionPercent: 100 };

export const rule: Rule = {
  id: 'CL005',
  name: 'deprecated-errors',
  severity: 'error',
  title: 'consecutiveErrors does nothing any more',
  reason:
    'Istio takes the field and does not act on it. Without consecutive5xxErrors and consecutiveGatewayErrors ' +
    "Envoy's own consecutive 5xx of 5 is in force.",
  fix: 'write consecutive5xxErrors, or consecutiveGatewayErrors, which is what consecutiveErrors counted once',
  sources: [ISTIO_OUTLIER, shownBy("the case outlier-all-fields of a real istiod's configuration")],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'paced(10/s, requests=15)',
      behaviour: { '*': { serviceTime: '5ms', errors: [{}] } },
    },
    bad: {
      shows: 'ejected after five errors, though two are asked for',
      objects: [policy({ outlierDetection: { consecutiveErrors: 2, ...OTHERS } })],
      expect: [{ name: 'errors until the ejection', status: 500, count: [5, 9] }],
    },
    good: {
      shows: 'ejected after two',
      objects: [policy({ outlierDetection: { consecutive5xxErrors: 2, ...OTHERS } })],
      expect: [{ name: 'errors until the ejection', status: 500, count: [2, 4] }],
    },
  },
};

function inCluster({ objectAt }: LintMesh, cluster: Cluster): Hit[] {
  const { outlier } = cluster;
  if (outlier === undefined) return [];
  const at = within(outlier, 'consecutiveErrors');
  // No schema models it: it stands in the object alone.
  const written = valueAt(objectAt(at), at.path);
  if (written === undefined) return [];
  const { consecutive5xxErrors, consecutiveGatewayErrors } = outlier.value;
  const isElse = consecutive5xxErrors !== undefined || consecutiveGatewayErrors !== undefined;
  const beside = (name: string): Path => [...outlier.at.path, name];
  return [
    {
      at,
      sentence:
        `consecutiveErrors ${JSON.stringify(written)} does nothing: ` +
        (isElse
          ? `what else is set for ${clusterName(cluster)} decides`
          : `an endpoint of ${clusterName(cluster)} is ejected after 5 errors with 5xx, Envoy's own number`),
      edits: [
        { remove: at.path },
        ...(isElse || typeof written !== 'number'
          ? []
          : [{ set: beside('consecutive5xxErrors'), to: written }]),
      ],
    },
  ];
}

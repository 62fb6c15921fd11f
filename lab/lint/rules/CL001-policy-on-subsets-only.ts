import type { Subset } from '../../../istio/destinationRule.ts';
import { clusterName, type DestinationRule, placeIn } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { destinationRule, HOST, pool, versions } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_SUBSET, shownBy } from '../sources.ts';
import { limitTexts, list } from '../words.ts';

export const rule: Rule = {
  id: 'CL001',
  name: 'policy-on-subsets-only',
  severity: 'error',
  title: 'The policy stands on subsets alone, and callers use the whole service',
  reason:
    'A subset has a cluster of its own, with its own limits and its own outlier detection. Only a route ' +
    'that names the subset leads there; every other call takes the cluster of the whole service, which ' +
    'has none of them.',
  fix: "put the policy into the rule's own trafficPolicy, or give a VirtualService whose routes name the subsets",
  sources: [ISTIO_SUBSET, shownBy('the stack bad-server-bypass')],
  find: (lint) => [...lint.held.keys()].flatMap((one) => inRule(lint, one)),
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'one connection and one waiting request are allowed, and all six are answered',
      objects: [
        destinationRule(HOST, {
          host: HOST,
          subsets: versions('v1').map((one) => ({ ...one, trafficPolicy: pool(1, 1) })),
        }),
      ],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
    good: {
      shows: 'most are refused',
      objects: [
        destinationRule(HOST, { host: HOST, trafficPolicy: pool(1, 1), subsets: versions('v1') }),
      ],
      expect: [{ name: 'refused', status: 503, share: [0.3, 0.9] }],
    },
  },
};

function inRule({ clustersOf, isReached }: LintMesh, found: DestinationRule): Hit[] {
  const { trafficPolicy, subsets = [] } = found.spec;
  const bare = clustersOf(found).find(
    (cluster) =>
      cluster.subset === undefined && cluster.port.protocol !== 'tcp' && isReached(cluster),
  );
  if (bare === undefined) return [];
  const parts = (['connectionPool', 'outlierDetection'] as const).filter(
    (part) =>
      trafficPolicy?.[part] === undefined &&
      !trafficPolicy?.portLevelSettings?.some((own) => own[part] !== undefined) &&
      subsets.some((subset) => says(subset, part)),
  );
  const index = subsets.findIndex((subset) => parts.some((part) => says(subset, part)));
  if (index < 0) return [];
  const names = subsets
    .filter((subset) => parts.some((part) => says(subset, part)))
    .map(({ name }) => name);
  return [
    {
      at: placeIn(found, ['spec', 'subsets', index, 'trafficPolicy']),
      sentence:
        `${list(parts)} ${parts.length === 1 ? 'stands' : 'stand'} on ${names.length === 1 ? 'subset' : 'subsets'} ` +
        `${list(names)} alone, and calls of ${clusterName(bare)} that no route sends to a subset take the ` +
        'cluster of the whole service, which has no such policy',
    },
  ];
}

/** Whether a subset has a part that says anything. */
function says({ trafficPolicy }: Subset, part: 'connectionPool' | 'outlierDetection'): boolean {
  const places = [trafficPolicy, ...(trafficPolicy?.portLevelSettings ?? [])];
  return places.some((policy) =>
    part === 'connectionPool'
      ? limitTexts(policy?.connectionPool).length > 0
      : policy?.outlierDetection !== undefined,
  );
}

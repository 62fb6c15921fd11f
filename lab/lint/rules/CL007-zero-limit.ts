import { clusterName, type Cluster, within } from '../clusters.ts';
import { policy, pool } from '../manifests.ts';
import type { Path } from '../place.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_POOL, shownBy } from '../sources.ts';
import { valueAt } from '../valueAt.ts';

/** Fields whose 0 reads like "none at all"; what 0 is to each. */
const ZEROS: readonly (readonly [Path, string])[] = [
  [['tcp', 'maxConnections'], 'no limit'],
  [['http', 'http1MaxPendingRequests'], 'no limit'],
  [['http', 'http2MaxRequests'], 'no limit'],
  [['http', 'maxRetries'], 'no limit'],
];

export const rule: Rule = {
  id: 'CL007',
  name: 'zero-limit',
  severity: 'warning',
  title: 'A limit of 0 is no limit',
  reason:
    'In these fields Istio cannot tell 0 from unset, and unset is 4294967295. The same goes for ' +
    'maxEjectionPercent, whose 0 is the default of 10.',
  fix: 'write the least number that will do, such as 1, or take the field out',
  sources: [ISTIO_POOL, shownBy('the myth "A limit of 0 lets nothing through"')],
  find: ({ clusters }) => clusters.flatMap(inCluster),
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'one connection, and a queue of 0: all six are answered, one after the other',
      objects: [policy(pool(1, 0))],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
    good: {
      shows: 'with a queue of 1 most are refused',
      objects: [policy(pool(1, 1))],
      expect: [{ name: 'refused', status: 503, share: [0.3, 0.9] }],
    },
  },
};

function inCluster(cluster: Cluster): Hit[] {
  const { pool: own, outlier } = cluster;
  const zeros = ZEROS.filter(([path]) => own !== undefined && valueAt(own.value, path) === 0).map(
    ([path, meaning]) => ({ of: own, path, meaning }),
  );
  const percent =
    outlier?.value.maxEjectionPercent === 0
      ? [{ of: outlier, path: ['maxEjectionPercent'], meaning: 'the default of 10 %' }]
      : [];
  return [...zeros, ...percent].flatMap(({ of, path, meaning }): Hit[] => {
    if (of === undefined) return [];
    const place = within(of, ...path);
    return [
      {
        at: place,
        sentence: `${String(path.at(-1))} 0 is ${meaning} for ${clusterName(cluster)}, not none at all`,
        // All goes on as it did; what it says is no longer something else.
        edits: [{ remove: place.path }],
      },
    ];
  });
}

import { resolveHost } from '../../mesh/hosts.ts';
import { type DestinationRule, placeIn } from '../clusters.ts';
import { destinationRule, HOST, policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_OPERATIONS, shownBy } from '../sources.ts';

const DETECTION = { consecutive5xxErrors: 5 };

export const rule: Rule = {
  id: 'CL019',
  name: 'two-rules-one-host',
  severity: 'error',
  title: 'Two rules for one host: the policy of the later one is dropped',
  reason:
    'istiod makes one of the rules of a namespace for a host: the policy of the oldest that has one, the subsets of all, ' +
    'of two of a name the first. Nothing says so. Of one age, the first by name is the oldest.',
  fix: 'put both into one DestinationRule',
  sources: [ISTIO_OPERATIONS, shownBy("the case rules-of-one-host of this project's istiod")],
  find: ({ mesh }) => {
    const hosts = Map.groupBy(
      mesh.destinationRules,
      ({ namespace, spec }) => `${namespace} ${resolveHost(spec.host, namespace)} ${scopeOf(spec)}`,
    );
    return [...hosts.values()].flatMap(inHost);
  },
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'the second rule allows one connection and one waiting request: all six are answered',
      objects: [
        destinationRule('a-detection', {
          host: HOST,
          trafficPolicy: { outlierDetection: DETECTION },
        }),
        destinationRule('b-limits', { host: HOST, trafficPolicy: pool(1, 1) }),
      ],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
    good: {
      shows: 'most are refused',
      objects: [policy({ outlierDetection: DETECTION, ...pool(1, 1) })],
      expect: [{ name: 'refused', status: 503, share: [0.3, 0.9] }],
    },
  },
};

/** Rules that others see, or that are for chosen proxies, are not made one. */
function scopeOf({ exportTo = [], workloadSelector }: DestinationRule['spec']): string {
  return JSON.stringify([exportTo.toSorted(), workloadSelector?.matchLabels ?? null]);
}

/** @param rules the oldest first */
function inHost(rules: readonly DestinationRule[]): Hit[] {
  const holding = rules.find(({ spec }) => spec.trafficPolicy !== undefined);
  const subsets = new Map<string, DestinationRule>();
  return rules.flatMap((one) => {
    const hits: Hit[] = [];
    if (holding !== undefined && one !== holding && one.spec.trafficPolicy !== undefined) {
      hits.push({
        at: placeIn(one, ['spec', 'trafficPolicy']),
        sentence: `is dropped: ${holding.name} is for the host ${one.spec.host}, too, and comes first`,
      });
    }
    (one.spec.subsets ?? []).forEach((subset, index) => {
      const first = subsets.get(subset.name);
      if (first === undefined) subsets.set(subset.name, one);
      else if (first !== one) {
        hits.push({
          at: placeIn(one, ['spec', 'subsets', index]),
          sentence: `subset ${subset.name} is dropped: ${first.name}, for the same host, has one of that name`,
        });
      }
    });
    return hits;
  });
}

import { type DestinationRule, placeIn } from '../clusters.ts';
import type { TrafficPolicy } from '../../../istio/destinationRule.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool } from '../manifests.ts';
import type { Path } from '../place.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_PORTS, shownBy } from '../sources.ts';
import { list } from '../words.ts';

const DETECTION = { consecutive5xxErrors: 5 };
const PARTS = ['connectionPool', 'outlierDetection', 'retryBudget'] as const;

export const rule: Rule = {
  id: 'CL011',
  name: 'port-settings-drop',
  severity: 'error',
  title: 'portLevelSettings drop what stands above them',
  reason:
    'Settings for a port take the place of the whole policy beside them. What they do not say is not ' +
    'taken from there: it is unset.',
  fix: 'say it in the settings of the port once more',
  sources: [ISTIO_PORTS, shownBy("the case pool-port-level of a real istiod's configuration")],
  find: ({ held, clustersOf }) => [...held.keys()].flatMap((one) => inRule(one, clustersOf)),
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'one connection and one waiting request, but not for port 80: all six are answered',
      objects: [
        policy({
          ...pool(1, 1),
          portLevelSettings: [{ port: { number: 80 }, outlierDetection: DETECTION }],
        }),
      ],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
    good: {
      shows: 'most are refused',
      objects: [
        policy({
          ...pool(1, 1),
          portLevelSettings: [{ port: { number: 80 }, outlierDetection: DETECTION, ...pool(1, 1) }],
        }),
      ],
      expect: [{ name: 'refused', status: 503, share: [0.3, 0.9] }],
    },
  },
};

function inRule(found: DestinationRule, clustersOf: LintMesh['clustersOf']): Hit[] {
  const ports = new Set(clustersOf(found).map(({ port }) => port.port));
  const { trafficPolicy, subsets = [] } = found.spec;
  const policies: [TrafficPolicy | undefined, Path][] = [
    [trafficPolicy, ['spec', 'trafficPolicy']],
    ...subsets.map((subset, index): [TrafficPolicy | undefined, Path] => [
      subset.trafficPolicy,
      ['spec', 'subsets', index, 'trafficPolicy'],
    ]),
  ];
  return policies.flatMap(([own, path]) =>
    (own?.portLevelSettings ?? []).flatMap((settings, index): Hit[] => {
      // It has no retry budget of its own to say.
      const dropped = PARTS.filter(
        (part) =>
          own?.[part] !== undefined && (part === 'retryBudget' || settings[part] === undefined),
      );
      if (!ports.has(settings.port.number) || dropped.length === 0) return [];
      const at = [...path, 'portLevelSettings', index];
      const again = dropped.filter((part) => part !== 'retryBudget');
      return [
        {
          at: placeIn(found, at),
          sentence: `the settings of port ${settings.port.number} drop the ${list(dropped)} above them: there, ${dropped.length === 1 ? 'it is' : 'they are'} unset`,
          ...(again.length === dropped.length && {
            edits: again.map((part) => ({ set: [...at, part], to: own?.[part] })),
          }),
        },
      ];
    }),
  );
}

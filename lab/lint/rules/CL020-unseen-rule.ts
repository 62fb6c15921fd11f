import { hostMatches, resolveHost } from '../../mesh/hosts.ts';
import { ROOT_NAMESPACE } from '../../mesh/model.ts';
import { placeIn } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { destinationRule, HOST, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_RULE, shownBy } from '../sources.ts';

const FULL = `${HOST}.default.svc.cluster.local`;

export const rule: Rule = {
  id: 'CL020',
  name: 'unseen-rule',
  severity: 'error',
  title: 'No proxy takes the rule: it stands in a namespace where nobody looks',
  reason:
    "A proxy looks for the rule of a host in its own namespace, then in the service's, then in the root namespace, " +
    'and takes what it finds first. A rule elsewhere, or one that is not exported to the caller, does nothing.',
  fix: "move it to the service's namespace, where every caller looks, and mind exportTo",
  sources: [ISTIO_RULE, shownBy('the cases export-to-rules and pool-mesh-wide-root-namespace')],
  find: (lint) => inMesh(lint),
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'one connection and one waiting request, in namespace policies: all six are answered',
      objects: [destinationRule(HOST, { host: FULL, trafficPolicy: pool(1, 1) }, 'policies')],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
    good: {
      shows: "in the service's namespace: most are refused",
      objects: [destinationRule(HOST, { host: FULL, trafficPolicy: pool(1, 1) }, 'default')],
      expect: [{ name: 'refused', status: 503, share: [0.3, 0.9] }],
    },
  },
};

function inMesh({ mesh, held }: LintMesh): Hit[] {
  // Where no pod has a proxy, nobody looks anywhere.
  if (!mesh.pods.some(({ proxy }) => proxy !== 'none')) return [];
  const unseen = mesh.destinationRules.filter((one) => !held.has(one));
  return unseen.flatMap((one) => {
    const { namespace, spec } = one;
    const host = resolveHost(spec.host, namespace);
    const service = mesh.services.find((known) => hostMatches(host, known.host));
    // A host that is nowhere is told of as such; a mesh-wide rule may wait for services to come.
    if (service === undefined || (namespace === ROOT_NAMESPACE && host.startsWith('*'))) return [];
    const exported = spec.exportTo === undefined ? '' : ` (exportTo ${spec.exportTo.join(', ')})`;
    return [
      {
        at: placeIn(one, ['metadata', 'namespace']),
        sentence:
          `no proxy takes it: it stands in namespace ${namespace}${exported}, and is for ${service.name} in ` +
          `${service.namespace}, whose callers look elsewhere`,
        fix: `move it to namespace ${service.namespace}`,
      },
    ];
  });
}

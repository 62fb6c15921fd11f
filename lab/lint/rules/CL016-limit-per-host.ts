import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_BREAKERS, shownBy } from '../sources.ts';
import { callerName, heaviest, isLimited, limitsOf } from '../words.ts';

export const rule: Rule = {
  id: 'CL016',
  name: 'limit-per-host',
  severity: 'warning',
  title: 'maxConnections is for all endpoints together, not for each',
  reason:
    "A client's proxy counts its connections to all endpoints of a cluster together. More servers do not raise it. " +
    '(A sidecar in front of each server holds the same limit once more, for its own pod.)',
  fix: 'multiply the limit by the endpoints, or limit each server by its own proxy: Sidecar, inboundConnectionPool',
  sources: [ENVOY_BREAKERS, shownBy('the stacks one-client-three-servers and three-by-three')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: {
      load: 'batch(12, every=1s)',
      behaviour: { '*': '200ms' },
      replicas: { server: 3 },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'three servers, and of twelve requests some are refused, as if there were one',
      objects: [policy(pool(4, 1))],
      expect: [{ name: 'refused', status: 503, share: [0.1, 0.95] }],
    },
    good: {
      shows: 'none is refused',
      objects: [policy(pool(12, 12))],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, endpoints, service, http2, port } = cluster;
  const { connections, pending } = limitsOf(own?.value);
  if (own === undefined || endpoints === undefined || endpoints < 2) return [];
  if (!isLimited(connections) || http2 || port.protocol === 'tcp') return [];
  if (!lint.isReached(cluster)) return [];
  const at = within(own, 'tcp', 'maxConnections');
  const sender = heaviest(lint.proxiesTo(service));
  const what = `maxConnections ${connections} is for all ${endpoints} endpoints of ${clusterName(cluster)} together`;
  if (sender !== undefined) {
    const { burst } = sender;
    const room = connections + pending;
    if (burst <= room || burst > endpoints * room) return [];
    return [
      {
        at,
        sentence: `${what}, for each pod of ${callerName(sender)}`,
        cost: `of ${burst} at once it has room for ${room}; were it for each endpoint, for all`,
        fix: `set maxConnections to ${connections * endpoints}, if ${connections} were meant for each endpoint`,
      },
    ];
  }
  if (connections >= endpoints) return [];
  return [{ at, sentence: `${what}: less than one for each` }];
}

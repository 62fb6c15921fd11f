import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_BREAKERS, ENVOY_POOLS, shownBy } from '../sources.ts';
import { callerName, heaviest, isLimited, limitsOf } from '../words.ts';

/** A queue of less than a tenth of the connections is a queue for nothing but a warm pool. */
const FAR_BELOW = 10;
/** What is taken for the connections where they have no limit. */
const MANY = 100;

export const rule: Rule = {
  id: 'CL008',
  name: 'small-queue',
  severity: 'warning',
  title: 'http1MaxPendingRequests is far below the burst, or below the connections',
  reason:
    'A request waits in the queue while its connection is made, too: a cold pool refuses all that come at ' +
    'once beyond http1MaxPendingRequests, however many connections are free. A warm one refuses what is ' +
    'beyond connections and queue together.',
  fix: 'let as many requests wait as come at once, and limit how many are at work by maxConnections',
  sources: [ENVOY_BREAKERS, ENVOY_POOLS, shownBy('the stack fail-fast')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: { load: 'batch(50, every=800ms)', behaviour: { '*': '200ms' }, batches: 1 },
    bad: {
      shows: 'fifty connections are allowed, and a cold pool refuses some of fifty requests',
      objects: [policy(pool(50, 1))],
      expect: [{ name: 'refused by a cold pool', status: 503, cold: true, count: [1, 49] }],
    },
    good: {
      shows: 'none is refused',
      objects: [policy(pool(50, 50))],
      expect: [
        {
          name: 'refused',
          statistic: 'upstream_rq_pending_overflow',
          of: 'client',
          total: [0, 0],
        },
      ],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, http2, port, service } = cluster;
  const { connections, pending } = limitsOf(own?.value);
  if (own === undefined || !isLimited(pending) || http2 || port.protocol === 'tcp') return [];
  if (!lint.isReached(cluster)) return [];
  const at = within(own, 'http', 'http1MaxPendingRequests');
  const beside = isLimited(connections)
    ? `maxConnections ${connections}`
    : 'connections without a limit';
  const sender = heaviest(lint.proxiesTo(service));
  if (sender !== undefined) {
    const { burst } = sender;
    const [cold, warm] = [burst - pending, Math.max(0, burst - connections - pending)];
    if (cold <= 0) return [];
    return [
      {
        at,
        sentence:
          `http1MaxPendingRequests is ${pending} beside ${beside}, and each pod of ${callerName(sender)} sends ` +
          `${burst} at once to ${clusterName(cluster)}`,
        cost:
          warm > 0
            ? `refuses ${warm} of ${burst} at the stated load, and up to ${cold} while the pool is cold`
            : `refuses up to ${cold} of ${burst} at the stated load while the pool is cold`,
        fix: `set http1MaxPendingRequests to ${burst} or more`,
      },
    ];
  }
  if (pending > (isLimited(connections) ? connections : MANY) / FAR_BELOW) return [];
  return [
    {
      at,
      sentence:
        `http1MaxPendingRequests is ${pending} beside ${beside}: while the pool of ${clusterName(cluster)} is cold, all ` +
        `that come at once beyond ${pending} are refused, though connections are free`,
    },
  ];
}

import { SERVER } from '../../../apps/contract.ts';
import { inboundPolicy, inboundPorts } from '../../istiod/inbound.ts';
import type { Pod } from '../../mesh/model.ts';
import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_POOLS, shownBy } from '../sources.ts';
import { isLimited, limitsOf } from '../words.ts';

export const rule: Rule = {
  id: 'CL027',
  name: 'closing-server',
  severity: 'warning',
  title: 'The server closes its connections, behind a small queue of its own proxy',
  reason:
    "Where a server closes each connection after its answer, every request has a place in the queue of the server's proxy " +
    'until its own connection is made. Those that arrive together refuse each other, while the server idles.',
  fix: 'keep connections in the server, or let as many wait as may come at once',
  sources: [ENVOY_POOLS, shownBy("the first seed's deployment.yml with destination_fail_fast.yml")],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: {
      load: 'batch(6, every=600ms)',
      behaviour: { '*': { serviceTime: '100ms', keepAlive: false } },
      batches: 6,
    },
    bad: {
      shows: "six connections and a queue of one: the server's proxy refuses some of six",
      objects: [policy(pool(6, 1))],
      expect: [
        {
          name: 'refused by the server',
          statistic: 'upstream_rq_pending_overflow',
          of: 'server',
          total: [1, 36],
        },
      ],
    },
    good: {
      shows: 'with a queue of six none',
      objects: [policy(pool(6, 6))],
      expect: [
        {
          name: 'refused by the server',
          statistic: 'upstream_rq_pending_overflow',
          of: 'server',
          total: [0, 0],
        },
      ],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, service, subset, port } = cluster;
  if (own === undefined || subset !== undefined || !lint.isReached(cluster)) return [];
  const server = service.endpoints.find(({ pod }) => pod !== undefined && closes(pod))?.pod;
  if (server?.proxy !== 'sidecar') return [];
  const inbound = inboundPorts({ ...lint.mesh, services: [service] }, server).find(
    (one) => one.port.port === port.port,
  );
  if (inbound === undefined) return [];
  const { connections, pending } = limitsOf(
    inboundPolicy(lint.mesh, server, inbound).policy.connectionPool,
  );
  if (!isLimited(pending) || pending >= connections) return [];
  return [
    {
      at: within(own, 'http', 'http1MaxPendingRequests'),
      sentence:
        `${server.namespace}/${server.workload} closes each connection after its answer, so every request to ${clusterName(cluster)} waits in ` +
        `its proxy's queue of ${pending} while a new one is made: of those that come together all beyond ${pending} may be refused`,
    },
  ];
}

function closes({ runs }: Pod): boolean {
  if (runs.app !== 'server') return false;
  return runs.behaviour?.keepAlive === false || runs.env[SERVER.keepAlive] === 'false';
}

import { inboundPolicy, inboundPorts } from '../../istiod/inbound.ts';
import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_BREAKERS, shownBy } from '../sources.ts';
import { count, isLimited, limitsOf } from '../words.ts';

export const rule: Rule = {
  id: 'CL026',
  name: 'more-than-server-takes',
  severity: 'warning',
  title: 'The callers x maxConnections are more than the servers work on at once',
  reason:
    'A limit is one for each proxy that calls: with every replica of a caller there may be as many connections more. What ' +
    'the server cannot work on waits in its own queue, where no breaker sees it and nobody is refused.',
  fix: 'set maxConnections to what the servers work on at once, divided by the callers',
  sources: [ENVOY_BREAKERS, shownBy('this experiment')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: {
      load: 'closed(4, requests=24)',
      behaviour: { '*': { serviceTime: '100ms', concurrency: 2 } },
    },
    bad: {
      shows: 'four requests are in a server that works on two',
      objects: [policy(pool(4, 10))],
      expect: [
        { name: 'in the server', statistic: 'upstream_rq_active', of: 'server', peak: [3, 4] },
      ],
    },
    good: {
      shows: 'one or two are',
      objects: [policy(pool(1, 10))],
      expect: [
        { name: 'in the server', statistic: 'upstream_rq_active', of: 'server', peak: [1, 2] },
      ],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, service, http2, subset } = cluster;
  if (own === undefined || http2 || !lint.isReached(cluster)) return [];
  const { connections } = limitsOf(own.value);
  const [server] = service.endpoints.flatMap(({ pod }) => pod ?? []);
  const takes = server?.runs.app === 'server' ? server.runs.behaviour?.concurrency : undefined;
  if (!isLimited(connections) || server === undefined || takes === undefined) return [];
  const servers = cluster.endpoints ?? service.endpoints.length;
  const callers = lint.proxiesTo(service);
  const pods = callers.reduce((sum, one) => sum + one.pods, 0);
  const each = Math.min(Math.ceil((pods * connections) / servers), atServer(lint, cluster));
  if (subset !== undefined || each <= takes) return [];
  return [
    {
      at: within(own, 'tcp', 'maxConnections'),
      sentence:
        `${count(pods, 'proxy', 'proxies')} x maxConnections ${connections} for ${count(servers, 'server')} of ${clusterName(cluster)} are ` +
        `up to ${each} for each, which works on ${takes} at once: ${each - takes} wait in the server, where no breaker sees them`,
      fix: `set maxConnections to ${Math.max(1, Math.floor((takes * servers) / pods))}`,
    },
  ];
}

/** How many connections a server's own proxy makes at most. */
function atServer({ mesh }: LintMesh, { service, port }: Cluster): number {
  const server = service.endpoints.find(({ pod }) => pod?.proxy === 'sidecar')?.pod;
  const inbound =
    server &&
    inboundPorts({ ...mesh, services: [service] }, server).find(
      (one) => one.port.port === port.port,
    );
  if (server === undefined || inbound === undefined) return Number.POSITIVE_INFINITY;
  return limitsOf(inboundPolicy(mesh, server, inbound).policy.connectionPool).connections;
}

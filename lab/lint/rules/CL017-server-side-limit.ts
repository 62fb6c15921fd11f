import { inboundPolicy, inboundPorts } from '../../istiod/inbound.ts';
import { sidecarFor } from '../../istiod/scope.ts';
import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool, senders, served, sidecar } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_SIDECAR, shownBy } from '../sources.ts';
import { count, isLimited, limitsOf, list } from '../words.ts';
import { callerName } from '../words.ts';

const MESH = [...served(1, '200ms'), senders(3, 4, '1s'), policy(pool(2, 1))];

export const rule: Rule = {
  id: 'CL017',
  name: 'server-side-limit',
  severity: 'warning',
  title:
    "The limits hold in the server's proxy once more, and there is less room than in the clients'",
  reason:
    "istiod writes a service's connectionPool into the clients' proxies and into that of each server. Where more " +
    'clients than servers call, the servers are the smaller tier: they refuse what the clients let through.',
  fix: "have as many servers as clients, smaller limits for the clients, or the servers' own: Sidecar, inboundConnectionPool",
  sources: [ISTIO_SIDECAR, shownBy('the stack three-clients-one-server')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: { warmBatches: 3, maxBatches: 12 },
    bad: {
      shows: 'three clients, one server: its own proxy refuses',
      objects: MESH,
      expect: [
        { name: 'refused by the server', refusedBy: 'server-proxy/pending', share: [0.01, 0.7] },
      ],
    },
    good: {
      shows: 'with a pool of its own it refuses nothing',
      objects: [
        ...MESH,
        sidecar({
          inboundConnectionPool: {
            tcp: { maxConnections: 100 },
            http: { http1MaxPendingRequests: 100 },
          },
        }),
      ],
      expect: [{ name: 'refused by the server', refusedBy: 'server-proxy/pending', share: [0, 0] }],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, endpoints, service, subset } = cluster;
  if (own === undefined || endpoints === undefined || subset !== undefined) return [];
  if (!lint.isReached(cluster)) return [];
  const servers = service.endpoints.flatMap(({ pod }) => (pod?.proxy === 'sidecar' ? pod : []));
  const [server] = servers;
  // Who gives a server limits of its own has thought of it.
  if (server === undefined || sidecarFor(lint.mesh, server)?.spec.inboundConnectionPool) return [];
  const port = inboundPorts({ ...lint.mesh, services: [service] }, server).find(
    (one) => one.port.port === cluster.port.port,
  );
  if (port === undefined) return [];
  const there = limitsOf(inboundPolicy(lint.mesh, server, port).policy.connectionPool);
  const room = there.connections + there.pending;
  if (!isLimited(there.pending) || !isLimited(there.connections)) return [];
  const clients = lint.callers.of(service).filter(({ pod }) => pod.proxy === 'sidecar');
  const pods = clients.reduce((sum, one) => sum + one.pods, 0);
  const sent = clients.reduce(
    (sum, { pods: number, burst = Number.POSITIVE_INFINITY }) => sum + number * burst,
    0,
  );
  if (pods <= servers.length || sent <= room * servers.length) return [];
  const limits = `${there.connections} at work and ${there.pending} waiting`;
  return [
    {
      at: within(own),
      sentence:
        `${count(pods, 'pod')} of ${list(clients.map(callerName))} let ${limits} through each, and so does each of ` +
        `${count(servers.length, 'server')} of ${clusterName(cluster)}: the servers' proxies have room for ` +
        `${room * servers.length} where the clients' have ${room * pods}`,
      ...(Number.isFinite(sent) && {
        cost: `of ${sent} at once the servers take ${room * servers.length} at most`,
      }),
    },
  ];
}

import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_POOLS, ISTIO_HTTP, shownBy } from '../sources.ts';
import { isLimited, limitsOf } from '../words.ts';

export const rule: Rule = {
  id: 'CL021',
  name: 'one-request-per-connection',
  severity: 'warning',
  title: 'maxRequestsPerConnection 1 makes every request wait for a connection of its own',
  reason:
    'No connection is ever free: each request has a place in the queue until its own is made, with TLS and all. ' +
    'The limit itself refuses nothing; a full queue does.',
  fix: 'take it out, or set it to a number at which connections last',
  sources: [
    ISTIO_HTTP,
    ENVOY_POOLS,
    shownBy('the myth "maxRequestsPerConnection refuses requests"'),
  ],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    tolerates: '250ms',
    common: { load: 'closed(3, requests=60)', behaviour: { '*': '20ms' } },
    bad: {
      shows: 'as many connections as requests',
      objects: [policy({ connectionPool: { http: { maxRequestsPerConnection: 1 } } })],
      expect: [
        { name: 'connections', statistic: 'upstream_cx_total', of: 'client', total: [60, 60] },
      ],
    },
    good: {
      shows: 'a few connections for all of them',
      objects: [policy({ connectionPool: { http: { maxRequestsPerConnection: 100 } } })],
      expect: [
        { name: 'connections', statistic: 'upstream_cx_total', of: 'client', total: [1, 12] },
      ],
    },
  },
};

function inCluster({ isReached }: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, port } = cluster;
  if (own?.value.http?.maxRequestsPerConnection !== 1 || port.protocol === 'tcp') return [];
  if (!isReached(cluster)) return [];
  const { pending } = limitsOf(own.value);
  const queue = isLimited(pending)
    ? `, in a queue of ${pending}: beyond it is refused, though connections are free`
    : '';
  return [
    {
      at: within(own, 'http', 'maxRequestsPerConnection'),
      sentence: `maxRequestsPerConnection 1 makes every request to ${clusterName(cluster)} wait for a new connection${queue}`,
    },
  ];
}

import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_BREAKERS, shownBy } from '../sources.ts';
import { callerName, count, isLimited, limitsOf } from '../words.ts';

export const rule: Rule = {
  id: 'CL009',
  name: 'limit-below-leeway',
  severity: 'note',
  title: 'maxConnections is below workers x endpoints, and does not hold',
  reason:
    'A worker of the proxy opens a connection to an endpoint that it has none to, whatever the limit: ' +
    'otherwise the request could never be sent. With few connections that is most of them.',
  fix: 'reckon with one connection more for each worker and endpoint, or set the concurrency of the proxy to 1',
  sources: [ENVOY_BREAKERS, shownBy('the stack one-client-three-servers')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    tolerates: '250ms',
    common: {
      load: 'closed(8, requests=60)',
      behaviour: { '*': '60ms' },
      replicas: { server: 3 },
    },
    bad: {
      shows: 'one connection is allowed, and there are up to six',
      objects: [policy({ connectionPool: { tcp: { maxConnections: 1 } } })],
      expect: [
        { name: 'connections', statistic: 'upstream_cx_active', of: 'client', peak: [2, 6] },
      ],
    },
    good: {
      shows: 'twenty are allowed, and there are no more',
      objects: [policy({ connectionPool: { tcp: { maxConnections: 20 } } })],
      expect: [
        { name: 'connections', statistic: 'upstream_cx_active', of: 'client', peak: [1, 20] },
      ],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, service, endpoints = 1, http2, port } = cluster;
  const { connections } = limitsOf(own?.value);
  if (own === undefined || !isLimited(connections) || http2 || port.protocol === 'tcp') return [];
  if (!lint.isReached(cluster)) return [];
  const [caller] = lint
    .proxiesTo(service)
    .toSorted((a, b) => b.pod.proxyConcurrency - a.pod.proxyConcurrency);
  if (caller === undefined) return [];
  const workers = caller.pod.proxyConcurrency;
  if (connections >= workers * endpoints) return [];
  const isKnown = lint.callers.of(service).includes(caller);
  const each =
    cluster.endpoints === undefined
      ? 'each endpoint'
      : endpoints === 1
        ? 'the one endpoint'
        : `each of ${endpoints} endpoints`;
  return [
    {
      at: within(own, 'tcp', 'maxConnections'),
      sentence:
        `maxConnections is ${connections}, but each of the ${count(workers, 'worker')} of ` +
        `${isKnown ? `the proxy of ${callerName(caller)}` : 'a proxy'} may open one to ${each} of ` +
        `${clusterName(cluster)} that it has none to: there may be ${connections + workers * endpoints - 1}`,
      fix: `reckon with so many, or set the proxy's concurrency to 1${endpoints > 1 ? ` and maxConnections to ${endpoints} or more` : ''}`,
    },
  ];
}

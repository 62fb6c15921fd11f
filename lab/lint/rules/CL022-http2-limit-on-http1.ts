import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_HTTP, shownBy } from '../sources.ts';
import { callerName, heaviest, isLimited, limitsOf } from '../words.ts';

export const rule: Rule = {
  id: 'CL022',
  name: 'http2-limit-on-http1',
  severity: 'warning',
  title: 'http2MaxRequests counts HTTP/1.1 as well, and refuses before the connections are used',
  reason:
    'Whatever its name, the limit is for the active requests of every protocol, and lets nothing wait. On HTTP/1.1, ' +
    'where a connection carries one request, it refuses what gets a connection beyond it.',
  fix: 'leave it out for HTTP/1.1, or set it to maxConnections or more',
  sources: [ISTIO_HTTP, shownBy('the myth "http2MaxRequests is for HTTP/2 only"')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'ten connections and three requests: what is beyond three is refused',
      objects: [
        policy({
          connectionPool: { tcp: { maxConnections: 10 }, http: { http2MaxRequests: 3 } },
        }),
      ],
      expect: [{ name: 'refused', refusedBy: 'client-proxy/requests', share: [0.2, 0.6] }],
    },
    good: {
      shows: 'three connections: what is beyond waits',
      objects: [policy(pool(3, 10))],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, http2, port, service } = cluster;
  const { requests, connections } = limitsOf(own?.value);
  if (own === undefined || http2 || port.protocol === 'tcp' || !isLimited(requests)) return [];
  // Where as few connections are allowed, no request gets one beyond it.
  if (connections <= requests || !lint.isReached(cluster)) return [];
  const sender = heaviest(lint.proxiesTo(service));
  if (sender !== undefined && sender.burst <= requests) return [];
  const most = sender === undefined ? connections : Math.min(sender.burst, connections);
  return [
    {
      at: within(own, 'http', 'http2MaxRequests'),
      sentence:
        `http2MaxRequests ${requests} counts the HTTP/1.1 requests to ${clusterName(cluster)} as well, beside ` +
        `${isLimited(connections) ? `maxConnections ${connections}` : 'connections without a limit'}: beyond it a request is refused at once`,
      ...(sender !== undefined && {
        cost: `refuses up to ${most - requests} of ${sender.burst} at the stated load of ${callerName(sender)}`,
      }),
    },
  ];
}

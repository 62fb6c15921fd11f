import { clusterName, type Cluster, within } from '../clusters.ts';
import type { LintMesh } from '../lintMesh.ts';
import { policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ENVOY_BREAKERS, ISTIO_HTTP, shownBy } from '../sources.ts';
import { callerName, heaviest, isLimited, limitsOf } from '../words.ts';

export const rule: Rule = {
  id: 'CL018',
  name: 'http2-nothing-waits',
  severity: 'warning',
  title: 'On HTTP/2 nothing waits: what is beyond http2MaxRequests is refused at once',
  reason:
    'Requests share HTTP/2 connections, so none waits for a free one: the queue is for connections that are being made. ' +
    'http2MaxRequests is no queue either. Where HTTP/1.1 would let a request wait, HTTP/2 refuses it.',
  fix: 'set http2MaxRequests to all that may come at once; let the server, or HTTP/1.1, do the waiting',
  sources: [ENVOY_BREAKERS, ISTIO_HTTP, shownBy('this experiment')],
  find: (lint) => lint.clusters.flatMap((cluster) => inCluster(lint, cluster)),
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'HTTP/2, three requests at once, ten may wait: the others are refused',
      objects: [
        policy({
          connectionPool: {
            http: { h2UpgradePolicy: 'UPGRADE', http2MaxRequests: 3, http1MaxPendingRequests: 10 },
          },
        }),
      ],
      expect: [{ name: 'refused', status: 503, share: [0.2, 0.6] }],
    },
    good: {
      shows: 'HTTP/1.1, three connections, ten may wait: all are answered',
      objects: [policy(pool(3, 10))],
      expect: [{ name: 'answered', status: 200, share: [1, 1] }],
    },
  },
};

function inCluster(lint: LintMesh, cluster: Cluster): Hit[] {
  const { pool: own, http2, service } = cluster;
  const { requests, pending } = limitsOf(own?.value);
  if (own === undefined || !http2 || !isLimited(requests) || !lint.isReached(cluster)) return [];
  const sender = heaviest(lint.proxiesTo(service));
  const isShort = sender !== undefined && sender.burst > requests;
  if (!isShort && (sender !== undefined || !isLimited(pending))) return [];
  const queue = isLimited(pending)
    ? `, and http1MaxPendingRequests ${pending} lets none of them wait`
    : '';
  return [
    {
      at: within(own, 'http', 'http2MaxRequests'),
      sentence: `${clusterName(cluster)} speaks HTTP/2: beyond http2MaxRequests ${requests} a request is refused at once${queue}`,
      ...(isShort && {
        cost: `refuses ${sender.burst - requests} of ${sender.burst} at the stated load of ${callerName(sender)}`,
      }),
    },
  ];
}

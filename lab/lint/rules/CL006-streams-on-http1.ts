import { clusterName, type Cluster, within } from '../clusters.ts';
import { policy, pool } from '../manifests.ts';
import type { Hit, Rule } from '../rule.ts';
import { ISTIO_HTTP, shownBy } from '../sources.ts';

export const rule: Rule = {
  id: 'CL006',
  name: 'streams-on-http1',
  severity: 'warning',
  title: 'maxConcurrentStreams is for HTTP/2: on an HTTP/1.1 port it does nothing',
  reason:
    'The field limits the streams of one HTTP/2 connection. istiod drops it from a cluster that speaks ' +
    'HTTP/1.1, whose connections carry one request at a time.',
  fix: 'take it out; maxConnections limits what an HTTP/1.1 service gets at once',
  sources: [ISTIO_HTTP, shownBy("the case pool-all-fields of a real istiod's configuration")],
  find: ({ clusters }) => clusters.flatMap(inCluster),
  experiment: {
    common: {
      load: 'batch(6, every=800ms)',
      behaviour: { '*': '200ms' },
      warmBatches: 1,
      maxBatches: 10,
    },
    bad: {
      shows: 'all six are at work at once',
      objects: [policy({ connectionPool: { http: { maxConcurrentStreams: 2 } } })],
      expect: [
        { name: 'answered', status: 200, share: [1, 1] },
        { name: 'at once', statistic: 'upstream_rq_active', of: 'client', peak: [3, 6] },
      ],
    },
    good: {
      shows: 'with maxConnections 2 two or three are, and the rest waits',
      objects: [policy(pool(2, 10))],
      expect: [
        { name: 'answered', status: 200, share: [1, 1] },
        { name: 'at once', statistic: 'upstream_rq_active', of: 'client', peak: [1, 3] },
      ],
    },
  },
};

function inCluster(cluster: Cluster): Hit[] {
  const { pool: own, port, http2 } = cluster;
  const streams = own?.value.http?.maxConcurrentStreams ?? 0;
  // What is sniffed, or follows its client, may come to be HTTP/2.
  const isHttp1 = port.protocol === 'http' && own?.value.http?.useClientProtocol !== true && !http2;
  if (own === undefined || streams === 0 || !isHttp1) return [];
  const at = within(own, 'http', 'maxConcurrentStreams');
  return [
    {
      at,
      sentence: `maxConcurrentStreams ${streams} does nothing: port ${port.port} of ${clusterName(cluster)} speaks HTTP/1.1`,
      edits: [{ remove: at.path }],
    },
  ];
}

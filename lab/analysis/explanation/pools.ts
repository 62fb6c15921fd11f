/** Why there were more or fewer connections, and longer waits, than the limits say. */
import { LOADS } from '../../../apps/contract.ts';
import { durationMs } from '../../../istio/duration.ts';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import { shortName } from '../../../envoy/clusterName.ts';
import type { Request } from '../../../experiment/observation.ts';
import { count, grown, peak, placesOf, type Rule } from './facts.ts';

const coldPools: Rule = (facts) => {
  const cold = facts.requests.filter(({ warmUp }) => warmUp);
  const warm = facts.requests.filter(({ warmUp }) => !warmUp);
  const coldBatches = batchesOf(cold).length;
  if (coldBatches === 0) return [];
  const warmBatches = batchesOf(warm).length;
  const first =
    coldBatches === 1
      ? `The first batch found pools that still grew: ${count(meanAnswered(cold), 'answer')}`
      : `The first ${coldBatches} batches found pools that still grew: ` +
        `${count(meanAnswered(cold), 'answer')} on average`;
  const then =
    warmBatches === 0
      ? ''
      : `, ${meanAnswered(warm)} in the ${warmBatches === 1 ? 'warm one' : `${warmBatches} warm ones`}`;
  const waited = cold.some(({ refusedBy }) => refusedBy?.endsWith('/pending'));
  return [
    `${first}${then}.`,
    ...(waited
      ? ['In a cold pool a request waits in the queue while its connection is made, and fills it.']
      : []),
  ];
};

/** Envoy opens a connection beyond the limit where a worker has none to an endpoint. */
const leeway: Rule = (facts) =>
  placesOf(facts).flatMap(({ proxy, cluster }) => {
    const most = peak(cluster, 'upstream_cx_active');
    const limit = cluster.thresholds.max_connections;
    if (most <= limit) return [];
    const workers =
      proxy.concurrency === 1 ? 'its worker' : `each of its ${proxy.concurrency} workers`;
    const endpoints = cluster.endpoints.map(({ pod, cxActive }) => `${cxActive} to ${pod}`);
    return [
      `The proxy of ${proxy.pod} had ${most} connections where max_connections is ${limit}` +
        `${endpoints.length > 1 ? ` (at the end ${endpoints.join(', ')})` : ''}: ${workers} may ` +
        `open one to ${endpoints.length === 1 ? 'the endpoint' : `each of the ${endpoints.length} endpoints`} ` +
        'if it has none there, whatever the limit.',
    ];
  });

/**
 * With more than one worker, who waits, waits in the queue of one of them. Where there are several
 * clients and several servers, chance alone makes uneven queues, and nothing is said.
 */
const unevenQueues: Rule = (facts) => {
  const unit = durationMs(facts.experiment.serviceTime) * facts.timeScale;
  const clients = facts.proxies.filter(({ role }) => role === 'client');
  const [place] = placesOf(facts, 'client');
  const limit = place?.cluster.thresholds.max_connections ?? UNLIMITED;
  const workers = place?.proxy.concurrency ?? 1;
  if (!LOADS[facts.experiment.load].inBatches || limit === UNLIMITED || workers < 2 || unit < 20) {
    return [];
  }
  if (clients.length > 1 && (place?.cluster.endpoints.length ?? 0) > 1) return [];
  const warm = facts.requests.filter(({ warmUp }) => !warmUp);
  const most = Math.max(0, ...batchesOf(warm).map((batch) => batch.length));
  const rounds = Math.ceil(most / limit);
  const longest = Math.max(
    0,
    ...warm
      .filter(({ refusedBy }) => refusedBy === null)
      .map(({ sentMs, endedMs }) => (endedMs - sentMs) / unit),
  );
  if (longest < rounds + 0.5) return [];
  return [
    `The slowest answer took ${longest.toFixed(1)} service times, though ${limit} connections need ` +
      `${rounds} for ${count(most, 'request')}: each of ${workers} workers has a queue and ` +
      'connections of its own (proxyConcurrency 1 makes one queue).',
  ];
};

const recycledConnections: Rule = (facts) =>
  placesOf(facts).flatMap(({ proxy, cluster }) => {
    const closed = grown(cluster, 'upstream_cx_max_requests');
    if (closed === 0) return [];
    return [
      `The proxy of ${proxy.pod} closed ${count(closed, 'connection')} to ` +
        `${shortName(cluster.name)} that had carried maxRequestsPerConnection requests: that limit ` +
        'refuses nothing, but the next request connects anew.',
    ];
  });

export const poolRules: readonly Rule[] = [coldPools, leeway, unevenQueues, recycledConnections];

function batchesOf(requests: readonly Request[]): Request[][] {
  return [...Map.groupBy(requests, ({ batch }) => batch).values()];
}

function meanAnswered(requests: readonly Request[]): number {
  const answered = requests.filter(({ refusedBy }) => refusedBy === null).length;
  return Number((answered / batchesOf(requests).length).toFixed(1));
}

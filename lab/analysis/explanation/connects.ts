/** What it costs that a server closes its connections: every request has to wait for a new one. */
import { shortName } from '../../../envoy/clusterName.ts';
import type { Cluster } from '../../../experiment/observation.ts';
import { count, grown, type Place, placesOf, type Rule, seconds } from './facts.ts';

const closedAfterEach: Rule = (facts) =>
  placesOf(facts)
    .filter(isClosedAfterEach)
    .map(({ proxy, cluster }) => {
      const [connections, requests, closed] = [
        grown(cluster, 'upstream_cx_total'),
        grown(cluster, 'upstream_rq_total'),
        grown(cluster, 'upstream_cx_close_notify'),
      ];
      return (
        `The proxy of ${proxy.pod} made ${count(connections, 'connection')} to ` +
        `${shortName(cluster.name)} for ${count(requests, 'request')}, as the server closes each after ` +
        `its answer (upstream_cx_close_notify ${closed}): a request has a place in the queue until its ` +
        'own connection stands.'
      );
    });

/** Less may be any loopback connect beside a busy server; a dropped one takes TCP a second. */
const LONG_MS = 500;

/** Linux and others repeat an unanswered SYN after one second (RFC 6298, 2.1). */
const connectedLate: Rule = (facts) =>
  placesOf(facts)
    .filter(isClosedAfterEach)
    .flatMap(({ proxy, cluster }) => {
      const { ms, waiting } = longestConnecting(cluster);
      if (ms < LONG_MS) return [];
      return [
        `For ${seconds(ms)} up to ${count(waiting, 'request')} of the proxy of ${proxy.pod} waited for ` +
          'connections that were being made: where more of them arrive than the server lets wait to be ' +
          'accepted (its backlog), TCP drops one and tries it again a second later. Each keeps its ' +
          'place in the queue meanwhile, and others find it full.',
      ];
    });

export const connectRules: readonly Rule[] = [closedAfterEach, connectedLate];

/** A proxy that drains says goodbye now and then; such a server does at every answer. */
function isClosedAfterEach({ cluster }: Place): boolean {
  const closed = grown(cluster, 'upstream_cx_close_notify');
  return closed > 0 && closed >= grown(cluster, 'upstream_rq_total') / 2;
}

/**
 * The longest time in which requests waited although connections carried none. No connection is
 * idle where each is closed after its answer: these were still being made.
 */
function longestConnecting({ gauges }: Cluster): { ms: number; waiting: number } {
  const at = (name: string, atMs: number): number => {
    const { atMs: times = [], value = [] } = gauges[name] ?? {};
    return value[times.findLastIndex((time) => time <= atMs)] ?? 0;
  };
  const times = [...new Set(Object.values(gauges).flatMap(({ atMs }) => atMs))];
  let longest = { ms: 0, waiting: 0 };
  let since: number | undefined;
  let most = 0;
  for (const atMs of times.sort((a, b) => a - b)) {
    const waiting = at('upstream_rq_pending_active', atMs);
    const isConnecting =
      waiting > 0 && at('upstream_cx_active', atMs) > at('upstream_rq_active', atMs);
    if (since !== undefined && atMs - since > longest.ms) {
      longest = { ms: atMs - since, waiting: most };
    }
    since = isConnecting ? (since ?? atMs) : undefined;
    most = isConnecting ? Math.max(most, waiting) : 0;
  }
  return longest;
}

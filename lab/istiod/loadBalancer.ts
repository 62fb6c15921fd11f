import type { LoadBalancer } from '../../istio/destinationRule.ts';
import { duration, positive, message } from '../../envoy/proto.ts';
import type { Cluster, SlowStart } from '../../envoy/messages.ts';
import type { HashPolicy } from '../../envoy/routeMessages.ts';

type Settings = Pick<
  Cluster,
  | 'lb_policy'
  | 'least_request_lb_config'
  | 'round_robin_lb_config'
  | 'ring_hash_lb_config'
  | 'maglev_lb_config'
>;

const DEFAULT_RING_SIZE = 1024;

/**
 * The balancing of an EDS cluster: least request unless told otherwise.
 * applyLoadBalancer in istiod; cases lb-*.
 */
export function loadBalancer(policy: LoadBalancer = {}): Settings {
  if (policy.consistentHash !== undefined) return hashing(policy.consistentHash);
  switch (policy.simple) {
    case 'RANDOM':
      return { lb_policy: 'RANDOM' };
    case 'PASSTHROUGH':
      return { lb_policy: 'CLUSTER_PROVIDED' };
    case 'ROUND_ROBIN':
      return message({ round_robin_lb_config: slowStart(policy) });
    case 'LEAST_CONN':
    case 'LEAST_REQUEST':
    case 'UNSPECIFIED':
    case undefined:
      return message<Settings>({
        lb_policy: 'LEAST_REQUEST',
        least_request_lb_config: slowStart(policy),
      });
  }
}

/** Passthrough goes to the address that was asked for, with no endpoints of its own. */
export function isPassthrough(policy: LoadBalancer | undefined): boolean {
  return policy?.simple === 'PASSTHROUGH';
}

/** What a route hashes where its destination is balanced by consistent hash; cases lb-consistent-hash-*. */
export function hashPolicy(policy: LoadBalancer | undefined): HashPolicy | undefined {
  const hash = policy?.consistentHash;
  if (hash?.httpHeaderName !== undefined) return { header: { header_name: hash.httpHeaderName } };
  if (hash?.httpCookie !== undefined) {
    const { name, path, ttl } = hash.httpCookie;
    return { cookie: message({ name, path, ttl: duration(ttl) }) };
  }
  if (hash?.useSourceIp === true) return { connection_properties: { source_ip: true } };
  if (hash?.httpQueryParameterName !== undefined) {
    return { query_parameter: { name: hash.httpQueryParameterName } };
  }
  return undefined;
}

function hashing(hash: NonNullable<LoadBalancer['consistentHash']>): Settings {
  if (hash.maglev !== undefined) {
    const size = positive(hash.maglev.tableSize);
    return message<Settings>({
      lb_policy: 'MAGLEV',
      maglev_lb_config: size === undefined ? undefined : { table_size: String(size) },
    });
  }
  // An explicit ringHash without a size leaves Envoy's default, which is the same 1024.
  const size =
    hash.ringHash === undefined
      ? (positive(hash.minimumRingSize) ?? DEFAULT_RING_SIZE)
      : positive(hash.ringHash.minimumRingSize);
  return message<Settings>({
    lb_policy: 'RING_HASH',
    ring_hash_lb_config: size === undefined ? undefined : { minimum_ring_size: String(size) },
  });
}

/** setWarmup in istiod; case lb-least-request-warmup. */
function slowStart({ warmup, warmupDurationSecs }: LoadBalancer): SlowStart | undefined {
  if (warmup !== undefined) {
    return {
      slow_start_config: {
        slow_start_window: duration(warmup.duration),
        // Istio does not expose the runtime key and fills in this one.
        aggression: { default_value: warmup.aggression ?? 1, runtime_key: '(' },
        min_weight_percent: message({ value: positive(warmup.minimumPercent ?? 10) }),
      },
    };
  }
  return warmupDurationSecs === undefined
    ? undefined
    : { slow_start_config: { slow_start_window: duration(warmupDurationSecs) } };
}

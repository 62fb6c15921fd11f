/** A proxy's clusters with endpoints on this machine: static where istiod's are discovered, without TLS. */
import type { Cluster, ClusterLoadAssignment } from '../../envoy/messages.ts';
import type { ProxyConfig } from '../../envoy/proxyConfig.ts';
import type { Place } from './behind.ts';

/** Where the mesh's addresses stand on this machine. */
export interface Loopback {
  /** The local port behind an address of the mesh; undefined where nothing listens. */
  readonly portOf: (address: string, port: number) => number | undefined;
  /** The local port of this pod's application, by container port. */
  readonly appPorts: ReadonlyMap<number, number>;
  /** Where a cluster leads that has no endpoints of its own: nowhere on this machine without it. */
  readonly behind?: (cluster: string) => readonly Place[];
  /** By how much the mesh's times were shrunk: 1 for not at all. */
  readonly timeScale: number;
}

/** Those that lead somewhere on this machine. */
export function staticClusters(config: ProxyConfig, loopback: Loopback): object[] {
  const assignments = new Map(config.endpoints.map((load) => [load.cluster_name, load]));
  return config.clusters.flatMap((cluster) => {
    const load = loadOf(cluster, assignments, loopback);
    // What is outside of the mesh is not on this machine.
    if (cluster.type === 'ORIGINAL_DST' && load.endpoints.length === 0) return [];
    return [staticCluster(cluster, load, loopback.timeScale)];
  });
}

function loadOf(
  { name, type, load_assignment: own }: Cluster,
  assignments: ReadonlyMap<string, ClusterLoadAssignment>,
  loopback: Loopback,
): LocalLoad {
  if (name.startsWith('inbound|')) return inboundLoad(name, loopback);
  if (type === 'ORIGINAL_DST') return originalLoad(name, loopback);
  return outboundLoad(name, own ?? assignments.get(name), loopback);
}

/**
 * Envoy lets a second change of its hosts' health wait until this long after the first
 * (envoy.config.cluster.v3.Cluster.CommonLbConfig.update_merge_window): an endpoint that comes back
 * and is ejected at once is called a while longer.
 */
const MERGE_WINDOW_MS = 1000;

function staticCluster(cluster: Cluster, load: LocalLoad, timeScale: number): object {
  const {
    eds_cluster_config,
    transport_socket,
    transport_socket_matches,
    upstream_bind_config,
    cleanup_interval,
    original_dst_lb_config,
    dns_lookup_family,
    dns_jitter,
    dns_refresh_rate,
    respect_dns_ttl,
    typed_dns_resolver_config,
    lb_policy: policy,
    ...kept
  } = cluster;
  const isWithoutChoice =
    cluster.type === 'ORIGINAL_DST' && cluster.outlier_detection !== undefined;
  return {
    ...kept,
    ...(policy !== undefined && policy !== 'CLUSTER_PROVIDED' && { lb_policy: policy }),
    common_lb_config: {
      ...cluster.common_lb_config,
      ...(isWithoutChoice && WHATEVER_ITS_HEALTH),
      ...(timeScale !== 1 && {
        update_merge_window: `${(MERGE_WINDOW_MS * timeScale) / 1000}s`,
      }),
    },
    type: 'STATIC',
    load_assignment: load,
  };
}

/** A request that has its destination goes there, ejected or not. */
const WHATEVER_ITS_HEALTH = { healthy_panic_threshold: { value: 100 } };

interface LocalLoad {
  readonly cluster_name: string;
  readonly endpoints: readonly object[];
}

function inboundLoad(cluster: string, { appPorts }: Loopback): LocalLoad {
  const containerPort = Number(cluster.split('|')[1]);
  const port = appPorts.get(containerPort);
  return {
    cluster_name: cluster,
    endpoints: port === undefined ? [] : [{ lb_endpoints: [localEndpoint(port)] }],
  };
}

function originalLoad(cluster: string, { portOf, behind = () => [] }: Loopback): LocalLoad {
  const endpoints = behind(cluster).flatMap(({ address, port }) => {
    const local = portOf(address, port);
    return local === undefined ? [] : [localEndpoint(local)];
  });
  return {
    cluster_name: cluster,
    endpoints: endpoints.length === 0 ? [] : [{ lb_endpoints: endpoints }],
  };
}

function outboundLoad(
  cluster: string,
  load: ClusterLoadAssignment | undefined,
  { portOf }: Loopback,
): LocalLoad {
  const endpoints = (load?.endpoints ?? []).map(({ lb_endpoints: all = [], ...locality }) => ({
    ...locality,
    lb_endpoints: all.flatMap(({ endpoint, load_balancing_weight: weight }) => {
      const { address, port_value: meshPort } = endpoint.address.socket_address;
      const port = portOf(address, meshPort);
      return port === undefined ? [] : [{ ...localEndpoint(port), load_balancing_weight: weight }];
    }),
  }));
  return {
    cluster_name: cluster,
    endpoints: endpoints.filter(({ lb_endpoints: some }) => some.length > 0),
  };
}

export function localEndpoint(port: number): object {
  return {
    endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
  };
}

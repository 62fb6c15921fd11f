/**
 * How a cluster finds its endpoints; cases defaults, lb-passthrough. ServiceEntries and headless
 * Services as in the source of istiod 1.30.3.
 */
import type { Cluster, ClusterLoadAssignment } from '../../envoy/messages.ts';
import { ADS, extension, message, typedMessage } from '../../envoy/proto.ts';
import type { Target } from './targets.ts';

type Discovery = Pick<
  Cluster,
  | 'type'
  | 'eds_cluster_config'
  | 'original_dst_lb_config'
  | 'load_assignment'
  | 'dns_lookup_family'
  | 'dns_jitter'
  | 'dns_refresh_rate'
  | 'respect_dns_ttl'
  | 'typed_dns_resolver_config'
>;

/** Istio's default profile: names are looked up again after a minute, or as their own records say. */
const DNS = {
  dns_lookup_family: 'V4_ONLY',
  dns_jitter: '0.100s',
  dns_refresh_rate: '60s',
  respect_dns_ttl: true,
  typed_dns_resolver_config: extension('envoy.network.dns_resolver.cares', {
    ...typedMessage('extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig'),
    udp_max_queries: 100,
  }),
} as const;

/** convertResolution in istiod; @param load the endpoints of a target that looks names up */
export function discovery(
  { name, service, port, passthrough }: Target,
  load: ClusterLoadAssignment,
): Discovery {
  if (passthrough) {
    const { targetPort } = port;
    const override = service.entry !== undefined && targetPort !== port.port;
    return message<Discovery>({
      type: 'ORIGINAL_DST',
      original_dst_lb_config:
        override && typeof targetPort === 'number'
          ? { upstream_port_override: targetPort }
          : undefined,
    });
  }
  switch (service.resolution) {
    case 'dns':
      return { type: 'STRICT_DNS', ...DNS, load_assignment: load };
    case 'dns-round-robin':
      return { type: 'LOGICAL_DNS', ...DNS, load_assignment: load };
    // A gateway, which has no destination of its own, goes to the endpoints.
    case 'none':
    case 'endpoints':
      return { type: 'EDS', eds_cluster_config: { eds_config: ADS, service_name: name } };
  }
}

/** Whether the endpoints are part of the cluster, and not sent by themselves. */
export function looksUp({ service, passthrough }: Target): boolean {
  return !passthrough && service.resolution.startsWith('dns');
}

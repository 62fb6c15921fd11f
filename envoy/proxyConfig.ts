import type { Listener } from './listenerMessages.ts';
import type { Cluster, ClusterLoadAssignment, RouteConfiguration } from './messages.ts';

/** What a proxy is sent: CDS, EDS, RDS and LDS, each sorted by name as it was saved. */
export interface ProxyConfig {
  readonly clusters: readonly Cluster[];
  readonly endpoints: readonly ClusterLoadAssignment[];
  readonly routes: readonly RouteConfiguration[];
  readonly listeners: readonly Listener[];
}

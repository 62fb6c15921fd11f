import { z } from 'zod';
import type { Listener } from './listenerMessages.ts';
import type { Cluster, ClusterLoadAssignment } from './messages.ts';
import type { RouteConfiguration } from './routeMessages.ts';

/** What a proxy is sent: CDS, EDS, RDS and LDS, each sorted by name as it was saved. */
export interface ProxyConfig {
  readonly clusters: readonly Cluster[];
  readonly endpoints: readonly ClusterLoadAssignment[];
  readonly routes: readonly RouteConfiguration[];
  readonly listeners: readonly Listener[];
}

const named = z.looseObject({ name: z.string() });

/** The same as one JSON document, as far as the lab says its form: what is in each is Envoy's. */
export const proxyConfig = z.strictObject({
  clusters: z.array(named),
  endpoints: z.array(z.looseObject({ cluster_name: z.string() })),
  routes: z.array(named),
  listeners: z.array(named),
});

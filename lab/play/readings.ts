/** What a proxy of the mesh shows at a moment: its connections and queues against its limits, its endpoints. */
import type { Thresholds } from '../../envoy/thresholds.ts';
import { shortName } from '../../envoy/clusterName.ts';
import { type Role, ROLES } from '../../experiment/roles.ts';
import type { LocalProxy } from '../local/localMesh.ts';
import { podId } from '../mesh/model.ts';
import { byCluster, filterOf } from '../watch/clusterStatistics.ts';

export interface EndpointReading {
  readonly pod: string;
  readonly ejected: boolean;
  readonly connections: number;
  readonly requests: number;
}

export interface ClusterReading {
  /** istiod's name of it, without what is the same everywhere. */
  readonly name: string;
  /** As the Envoy that runs has them. */
  readonly limits: Thresholds;
  readonly connections: number;
  readonly pending: number;
  readonly requests: number;
  /** Refused by its full queue since the proxy started. */
  readonly overflows: number;
  readonly endpoints: readonly EndpointReading[];
}

export interface ProxyReading {
  readonly pod: string;
  readonly role: Role;
  /** Of its Envoy. */
  readonly pid: number;
  /** Those that were used so far. */
  readonly clusters: readonly ClusterReading[];
  /** The limits of every cluster, by istiod's name. */
  readonly limitsOf: ReadonlyMap<string, Thresholds>;
}

type Named = Pick<ProxyReading, 'pod' | 'role'>;

const FILTER = filterOf([
  ...['upstream_cx_active', 'upstream_rq_pending_active', 'upstream_rq_active'],
  ...['upstream_rq_pending_overflow', 'upstream_rq_active_overflow', 'upstream_rq_total'],
]);

/** @param podAt the pod behind the address of an upstream host */
export async function readProxy(
  { pod, role, envoy: { admin, pid } }: LocalProxy,
  podAt: (address: string) => string,
): Promise<ProxyReading> {
  const [stats, clusters] = await Promise.all([
    admin.stats(FILTER).then(byCluster),
    admin.clusters(),
  ]);
  const wasUsed = (name: string): boolean => {
    const shown = stats.get(name) ?? {};
    return (shown['upstream_rq_total'] ?? 0) + overflows(shown) > 0;
  };
  return {
    ...{ pod: podId(pod), role, pid },
    clusters: clusters.flatMap(({ name, thresholds, hosts }): ClusterReading[] => {
      if (!wasUsed(name)) return [];
      const shown = stats.get(name) ?? {};
      return [
        {
          name: shortName(name),
          limits: thresholds,
          connections: shown['upstream_cx_active'] ?? 0,
          pending: shown['upstream_rq_pending_active'] ?? 0,
          requests: shown['upstream_rq_active'] ?? 0,
          overflows: overflows(shown),
          endpoints: hosts.map(({ address, ejected, stats: own }) => ({
            ...{ pod: podAt(address), ejected },
            connections: own['cx_active'] ?? 0,
            requests: own['rq_active'] ?? 0,
          })),
        },
      ];
    }),
    limitsOf: new Map(clusters.map(({ name, thresholds }) => [name, thresholds])),
  };
}

/** From the client to the server, whichever came up first. */
export function byWay(a: Named, b: Named): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || (a.pod < b.pod ? -1 : 1);
}

/** Refused for a full queue, or for the limit of active requests. */
function overflows(shown: Readonly<Record<string, number>>): number {
  return (shown['upstream_rq_pending_overflow'] ?? 0) + (shown['upstream_rq_active_overflow'] ?? 0);
}

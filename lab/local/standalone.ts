/**
 * The configuration of an Envoy without a mesh, as its ConfigMap holds it, made runnable on
 * loopback: the same listeners and clusters, on other addresses, with Istio's access log.
 */
import type { Container, Pod } from '../mesh/model.ts';
import { standaloneEnvoy } from '../mesh/standaloneEnvoy.ts';
import { ACCESS_LOG, LOOPBACK_ANY_PORT, OBSERVED } from './bootstrap.ts';
import { localEndpoint } from './staticClusters.ts';

export interface StandaloneConfiguration {
  readonly listeners: readonly { readonly name: string; readonly port: number }[];
  /** What its clusters forward to. */
  readonly upstreams: readonly { readonly host: string; readonly port: number }[];
  /** @param portOf the local port behind an upstream; undefined where nothing listens */
  readonly bootstrap: (portOf: (host: string, port: number) => number | undefined) => object;
}

/** @throws LabError where the pod has no configuration, or one that cannot be read */
export function standaloneConfiguration(pod: Pod, container: Container): StandaloneConfiguration {
  const data = standaloneEnvoy(pod, container);
  const { listeners, clusters } = data.static_resources;
  return {
    listeners: listeners.map(({ name, address }) => ({
      name,
      port: address.socket_address.port_value,
    })),
    upstreams: clusters.flatMap(({ load_assignment: { endpoints } }) =>
      endpoints
        .flatMap(({ lb_endpoints: all }) => all)
        .map(({ endpoint }) => ({
          host: endpoint.address.socket_address.address,
          port: endpoint.address.socket_address.port_value,
        })),
    ),
    bootstrap: (portOf) => ({
      ...data,
      ...OBSERVED,
      static_resources: {
        ...data.static_resources,
        listeners: listeners.map((listener) => ({
          ...listener,
          address: LOOPBACK_ANY_PORT,
          filter_chains: listener.filter_chains.map((chain) => ({
            ...chain,
            filters: chain.filters.map((filter) => ({
              ...filter,
              typed_config: { ...filter.typed_config, access_log: [ACCESS_LOG] },
            })),
          })),
        })),
        clusters: clusters.map((cluster) => ({
          ...cluster,
          // The end of the cluster's part in a statistic's name, as istiod marks it.
          alt_stat_name: `${cluster.name};`,
          type: 'STATIC',
          load_assignment: {
            cluster_name: cluster.name,
            endpoints: cluster.load_assignment.endpoints.map(({ lb_endpoints: all }) => ({
              lb_endpoints: all.flatMap(({ endpoint }) => {
                const { address, port_value: port } = endpoint.address.socket_address;
                const local = portOf(address, port);
                return local === undefined ? [] : [localEndpoint(local)];
              }),
            })),
          },
        })),
      },
    }),
  };
}

/**
 * The configuration of an Envoy without a mesh, as its ConfigMap holds it, made runnable on
 * loopback: the same listeners and clusters, on other addresses, with Istio's access log.
 */
import { posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LabError } from '../../errors/labError.ts';
import type { Container, Pod } from '../mesh/model.ts';
import { ACCESS_LOG, LOOPBACK_ANY_PORT, OBSERVED } from './bootstrap.ts';
import { localEndpoint } from './staticClusters.ts';

const socketAddress = z.looseObject({
  socket_address: z.looseObject({ address: z.string(), port_value: z.int() }),
});

const schema = z.looseObject({
  static_resources: z.looseObject({
    listeners: z.array(
      z.looseObject({
        name: z.string(),
        address: socketAddress,
        filter_chains: z.array(
          z.looseObject({
            filters: z.array(z.looseObject({ name: z.string(), typed_config: z.looseObject({}) })),
          }),
        ),
      }),
    ),
    clusters: z.array(
      z.looseObject({
        name: z.string(),
        load_assignment: z.looseObject({
          endpoints: z.array(
            z.looseObject({
              lb_endpoints: z.array(
                z.looseObject({ endpoint: z.looseObject({ address: socketAddress }) }),
              ),
            }),
          ),
        }),
      }),
    ),
  }),
});

export interface StandaloneConfiguration {
  readonly listeners: readonly { readonly name: string; readonly port: number }[];
  /** What its clusters forward to. */
  readonly upstreams: readonly { readonly host: string; readonly port: number }[];
  /** @param portOf the local port behind an upstream; undefined where nothing listens */
  readonly bootstrap: (portOf: (host: string, port: number) => number | undefined) => object;
}

/** @throws LabError where the pod has no configuration, or one that cannot be read */
export function standaloneConfiguration(pod: Pod, container: Container): StandaloneConfiguration {
  const { path, text } = configurationFile(pod, container);
  const result = schema.safeParse(parse(text));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: ${path}: ${issue?.path.join('.') ?? ''}: ` +
        `${issue?.message ?? 'is wrong'}. The local platform runs static listeners and clusters.`,
    );
  }
  const { listeners, clusters } = result.data.static_resources;
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
      ...result.data,
      ...OBSERVED,
      static_resources: {
        ...result.data.static_resources,
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

/** The file that `--config-path` (or `-c`) names. */
function configurationFile(pod: Pod, container: Container): { path: string; text: string } {
  const { args, files } = container;
  const at = args.findIndex((arg) => arg === '--config-path' || arg === '-c');
  const path = posix.normalize(args[at + 1] ?? '/etc/envoy/envoy.yaml');
  const text = files[path];
  if (text === undefined) {
    throw new LabError(
      `pod ${pod.namespace}/${pod.name}: Envoy's configuration ${path} is in no ConfigMap that is ` +
        `mounted. Mounted files: ${Object.keys(files).join(', ') || 'none'}`,
    );
  }
  return { path, text };
}

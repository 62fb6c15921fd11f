/** Names and metadata by which istiod's resources refer to each other and to their sources. */
import type { Service } from '../mesh/model.ts';
import { message } from '../../envoy/proto.ts';
import type { Metadata } from '../../envoy/messages.ts';

/** BuildSubsetKey in istiod; case subsets-50-50. */
export function outboundCluster(service: Pick<Service, 'host'>, port: number, subset = ''): string {
  return `outbound|${port}|${subset}|${service.host}`;
}

/** By the port of the pod, whichever services lead to it; case defaults. */
export function inboundCluster(port: number): string {
  return `inbound|${port}||`;
}

export const PASSTHROUGH = 'PassthroughCluster';
export const INBOUND_PASSTHROUGH = 'InboundPassthroughCluster';
export const BLACK_HOLE = 'BlackHoleCluster';

interface Named {
  readonly namespace: string;
  readonly name: string;
}

type Kind = 'destination-rule' | 'virtual-service';

/** The resource that a cluster or a route was made from, under its current version. */
export function configPath(kind: Kind, { namespace, name }: Named): string {
  return `/apis/networking.istio.io/v1/namespaces/${namespace}/${kind}/${name}`;
}

/** What a resource was made of, as every cluster and VirtualService route has it. */
export function istioMetadata(fields: {
  config?: string | undefined;
  services?: readonly Service[];
  subset?: string | undefined;
  external?: true | undefined;
}): Metadata {
  return {
    filter_metadata: {
      istio: message({
        config: fields.config,
        services: fields.services?.map(({ host, name, namespace }) => ({ host, name, namespace })),
        subset: fields.subset,
        external: fields.external,
      }),
    },
  };
}

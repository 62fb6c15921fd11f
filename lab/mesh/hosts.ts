/** Names of services as Istio's resources write them (pkg/config/host; ResolveShortnameToFQDN). */
import { CLUSTER_DOMAIN, type Pod, type Service } from './model.ts';

/** A name without a dot is short for the service of that name in the resource's own namespace. */
export function resolveHost(host: string, namespace: string): string {
  return host.includes('.') || host.startsWith('*')
    ? host
    : `${host}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

/** `*` and `*.suffix` match by suffix, every other pattern by equality. */
export function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith('*') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

/** The service that a destination host names. */
export function serviceNamed(
  services: readonly Service[],
  host: string,
  namespace: string,
): Service | undefined {
  const full = resolveHost(host, namespace);
  return services.find((service) => service.host === full);
}

/** A short name is looked up in the caller's own namespace first, as DNS does in a cluster. */
export function isCalled(
  { name, namespace, host }: Service,
  called: string,
  caller: Pick<Pod, 'namespace'>,
): boolean {
  return (
    called === host ||
    called === `${name}.${namespace}.svc` ||
    called === `${name}.${namespace}` ||
    (called === name && namespace === caller.namespace)
  );
}

/** Stands for all sidecars where a VirtualService names its gateways. */
export const MESH_GATEWAY = 'mesh';

/** A Gateway's full name, as a VirtualService of the namespace writes it. */
export function gatewayName(gateway: string, namespace: string): string {
  return gateway === MESH_GATEWAY || gateway.includes('/') ? gateway : `${namespace}/${gateway}`;
}

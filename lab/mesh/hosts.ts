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

/**
 * The service that a pod calls so: a whole name before one of many names, such as `*.example.com`. A
 * short name is looked up in the caller's own namespace first, as DNS does in a cluster.
 */
export function serviceCalled(
  services: readonly Service[],
  called: string,
  caller: Pick<Pod, 'namespace'>,
): Service | undefined {
  const byNames = ({ host, aliases = [] }: Service): boolean =>
    [host, ...aliases].some((name) => isNamed(name, called, caller));
  return (
    services.find(byNames) ??
    services.find(({ host }) => host.startsWith('*') && hostMatches(host, called))
  );
}

/** Whether a service is called so. */
export function isCalled(
  service: Service,
  called: string,
  caller: Pick<Pod, 'namespace'>,
): boolean {
  return serviceCalled([service], called, caller) !== undefined;
}

function isNamed(host: string, called: string, caller: Pick<Pod, 'namespace'>): boolean {
  if (called === host) return true;
  const suffix = `.svc.${CLUSTER_DOMAIN}`;
  if (!host.endsWith(suffix)) return false;
  const short = host.slice(0, -suffix.length);
  const [name = '', namespace = ''] = short.split('.');
  return (
    called === short ||
    called === `${short}.svc` ||
    (called === name && namespace === caller.namespace)
  );
}

/** How a pod of a namespace calls a service: by its short name where that is enough. */
export function nameFrom({ name, namespace, host, entry }: Service, from: string): string {
  if (entry !== undefined) return concreteName(host);
  return namespace === from ? name : `${name}.${namespace}`;
}

/** Of a name that stands for many one of them. */
export function concreteName(host: string): string {
  return host.replace('*', 'any');
}

/** Stands for all sidecars where a VirtualService names its gateways. */
export const MESH_GATEWAY = 'mesh';

/** A Gateway's full name, as a VirtualService of the namespace writes it. */
export function gatewayName(gateway: string, namespace: string): string {
  return gateway === MESH_GATEWAY || gateway.includes('/') ? gateway : `${namespace}/${gateway}`;
}

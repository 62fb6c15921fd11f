/** What a proxy knows of the mesh: by who exports what to it, and by what its Sidecar asks for. */
import type { HttpRoute } from '../../istio/virtualService.ts';
import { destinationsOf } from '../mesh/destinations.ts';
import { hostMatches, MESH_GATEWAY, resolveHost } from '../mesh/hosts.ts';
import {
  ROOT_NAMESPACE,
  type Mesh,
  type Pod,
  type Service,
  type ServicePort,
} from '../mesh/model.ts';
import { selects } from '../mesh/selects.ts';

type Sidecar = Mesh['sidecars'][number];
type VirtualService = Mesh['virtualServices'][number];
type Egress = NonNullable<Sidecar['spec']['egress']>[number];

/** A mesh as one proxy sees it on its way out. */
export interface Scope extends Mesh {
  /** The services that the proxy has clusters for: those it knows, and where routes lead. */
  readonly reachable: readonly Service[];
  /** What is not known is refused, where else it is let through as it is. */
  readonly registryOnly: boolean;
}

const EVERYBODY = '*';
const ITSELF = '.';
const NOBODY = '~';
const EVERYTHING: Egress = { hosts: ['*/*'] };

/**
 * SidecarScope in istiod; a gateway has none and knows all that is exported to it. Cases
 * export-to-others, sidecar-*.
 */
export function scopeOf(mesh: Mesh, pod: Pod): Scope {
  const { namespace } = pod;
  const exported = mesh.services.filter((service) => isExported(mesh, service, namespace));
  const virtualServices = virtualServicesFor(mesh, namespace);
  if (pod.proxy === 'gateway') {
    return {
      ...mesh,
      services: exported,
      reachable: exported,
      virtualServices,
      registryOnly: false,
    };
  }
  const spec = sidecarFor(mesh, pod)?.spec;
  const listeners = spec?.egress?.length ? spec.egress : [EVERYTHING];
  const asked = listeners.map((egress) => imported(exported, egress, namespace));
  const taken = new Set(listeners.flatMap(({ port }) => port?.number ?? []));
  const known = joined(
    asked.flatMap((services, i) =>
      listeners[i]?.port === undefined
        ? services.flatMap((one) => withoutPorts(one, taken))
        : services,
    ),
  );
  const bound = virtualServices.filter(({ spec: { gateways = [MESH_GATEWAY] } }) =>
    gateways.includes(MESH_GATEWAY),
  );
  const seen = bound.filter((source) =>
    listeners.some((egress) => isSeen(source, egress, namespace)),
  );
  const led = seen.flatMap((source) => ledTo(source, exported, namespace));
  return {
    ...mesh,
    services: known,
    virtualServices: seen,
    reachable: joined([...asked.flat(), ...led.filter((one) => !asked.flat().some(sameHost(one)))]),
    registryOnly: isRegistryOnly(
      spec?.outboundTrafficPolicy ?? mesh.meshConfig.outboundTrafficPolicy,
    ),
  };
}

/** The Sidecar that selects the pod, else its namespace's, else the root namespace's. */
export function sidecarFor(mesh: Mesh, pod: Pod): Sidecar | undefined {
  const own = mesh.sidecars.filter(({ namespace }) => namespace === pod.namespace);
  return (
    own.find(({ spec }) => selects(spec.workloadSelector?.labels ?? {}, pod.labels)) ??
    [...own, ...mesh.sidecars.filter(({ namespace }) => namespace === ROOT_NAMESPACE)].find(
      ({ spec }) => spec.workloadSelector === undefined,
    )
  );
}

/** A policy that has no mode refuses: that is the first of its values (OutboundTrafficPolicy). */
function isRegistryOnly(policy: Sidecar['spec']['outboundTrafficPolicy']): boolean {
  return policy !== undefined && (policy.mode ?? 'REGISTRY_ONLY') === 'REGISTRY_ONLY';
}

function some<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

/** Whether proxies of a namespace see what is exported so. */
function isVisible(exportTo: readonly string[], owner: string, to: string): boolean {
  if (exportTo.includes(EVERYBODY)) return true;
  if (exportTo.includes(NOBODY)) return false;
  return exportTo.some((place) => (place === ITSELF ? owner : place) === to);
}

function isExported({ meshConfig }: Mesh, { exportTo, namespace }: Service, to: string): boolean {
  const places = some(exportTo) ?? some(meshConfig.defaultServiceExportTo);
  return isVisible(places ?? [EVERYBODY], namespace, to);
}

/** Those of the own namespace alone first, then those for some namespaces, then everybody's. */
function virtualServicesFor(mesh: Mesh, to: string): VirtualService[] {
  const placesOf = ({ exportTo }: VirtualService['spec']): readonly string[] =>
    some(exportTo) ?? some(mesh.meshConfig.defaultVirtualServiceExportTo) ?? [EVERYBODY];
  const rank = ({ namespace, spec }: VirtualService): number => {
    const exportTo = placesOf(spec);
    if (exportTo.includes(EVERYBODY)) return 2;
    return namespace === to ? 0 : 1;
  };
  return mesh.virtualServices
    .filter(({ namespace, spec }) => isVisible(placesOf(spec), namespace, to))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** The services that an egress listener asks for; one for a port knows nothing of other ports. */
function imported(services: readonly Service[], egress: Egress, namespace: string): Service[] {
  const isAsked = (service: Service): boolean =>
    patterns(egress, service.namespace, namespace).some((pattern) =>
      hostMatches(pattern, service.host),
    );
  return services.filter(isAsked).flatMap((service) => {
    const number = egress.port?.number;
    return number === undefined ? [service] : withPorts(service, new Set([number]));
  });
}

/** The hosts that it asks for in a namespace: `namespace/host`, where `.` is the proxy's own. */
function patterns({ hosts }: Egress, of: string, own: string): string[] {
  return hosts.flatMap((text) => {
    const [place = '', host = ''] = text.split('/');
    const wanted = place === ITSELF ? own : place;
    return wanted === EVERYBODY || wanted === of ? [host] : [];
  });
}

/** A VirtualService is seen where one of its hosts overlaps with one that is asked for. */
function isSeen(source: VirtualService, egress: Egress, own: string): boolean {
  const asked = patterns(egress, source.namespace, own);
  return source.spec.hosts
    .map((host) => resolveHost(host, source.namespace))
    .some((host) =>
      asked.some((pattern) => hostMatches(pattern, host) || hostMatches(host, pattern)),
    );
}

/** Where its routes lead, with the ports that they name (collectImportedServices). */
function ledTo(source: VirtualService, services: readonly Service[], own: string): Service[] {
  const ports = new Map<string, Set<number> | undefined>();
  const routes = (source.spec.http ?? []).filter((http) => isForNamespace(http, own));
  for (const { destination } of destinationsOf({ ...source.spec, http: routes })) {
    const host = resolveHost(destination.host, source.namespace);
    const known = ports.has(host) ? ports.get(host) : new Set<number>();
    const number = destination.port?.number;
    ports.set(host, number === undefined ? undefined : known?.add(number));
  }
  return [...ports].flatMap(([host, numbers]) => {
    const named = services.filter((service) => service.host === host);
    const service = named.find(({ namespace }) => namespace === own) ?? named[0];
    if (service === undefined) return [];
    return numbers === undefined ? [service] : withPorts(service, numbers);
  });
}

/** A route that is only for sidecars of other namespaces leads nowhere here. */
function isForNamespace({ match = [] }: HttpRoute, own: string): boolean {
  const named = match.map(({ sourceNamespace }) => sourceNamespace).filter(Boolean);
  return named.length === 0 || named.includes(own);
}

/** A port that has an egress listener of its own is that one's alone. */
function withoutPorts(service: Service, numbers: ReadonlySet<number>): Service[] {
  return cut(service, ({ port }) => !numbers.has(port));
}

function withPorts(service: Service, numbers: ReadonlySet<number>): Service[] {
  return cut(service, ({ port }) => numbers.has(port));
}

function cut(service: Service, isKept: (port: ServicePort) => boolean): Service[] {
  const ports = service.ports.filter(isKept);
  if (ports.length === service.ports.length) return [service];
  return ports.length === 0 ? [] : [{ ...service, ports }];
}

/** One service for each host, with the ports of all that were found of it. */
function joined(services: readonly Service[]): Service[] {
  const byHost = new Map<string, Service>();
  for (const service of services) {
    const first = byHost.get(service.host);
    if (first === undefined) byHost.set(service.host, service);
    else if (first.namespace === service.namespace) byHost.set(service.host, both(first, service));
  }
  return [...byHost.values()];
}

function both(first: Service, other: Service): Service {
  const more = other.ports.filter(({ port }) => !first.ports.some((own) => own.port === port));
  return more.length === 0 ? first : { ...first, ports: [...first.ports, ...more] };
}

function sameHost({ host }: Service): (other: Service) => boolean {
  return (other) => other.host === host;
}

/** The HTTP routes of VirtualServices, for whom they are, and which clusters requests are sent to by them. */
import type { HttpRoute } from '../../istio/virtualService.ts';
import { hostMatches, MESH_GATEWAY, resolveHost } from '../mesh/hosts.ts';
import type { Mesh, Resource, Service } from '../mesh/model.ts';
import type { Path, Place } from './place.ts';

export type VirtualService = Mesh['virtualServices'][number];
type Destination = NonNullable<HttpRoute['route']>[number]['destination'];

export interface WrittenRoute {
  readonly source: VirtualService;
  readonly http: HttpRoute;
  readonly path: Path;
  /** Whether sidecars take it. */
  readonly atMesh: boolean;
  /** The gateways that take it, as they are written. */
  readonly gateways: readonly string[];
  readonly destinations: readonly {
    readonly destination: Destination;
    readonly weight: number | undefined;
    /** Undefined where no Service has the host. */
    readonly service: Service | undefined;
  }[];
}

export interface Routes {
  readonly all: readonly WrittenRoute[];
  /** Those of one VirtualService. */
  readonly of: (source: VirtualService) => readonly WrittenRoute[];
  /** The routes that lead to a service. */
  readonly to: (service: Service) => readonly WrittenRoute[];
  /** Whether calls inside the mesh go to the cluster of the whole service, or to that of a subset. */
  readonly byMesh: (service: Service, subset?: string) => boolean;
  /** Whether a gateway sends there. */
  readonly byGateway: (service: Service, subset?: string) => boolean;
}

export function routesIn({ virtualServices, services }: Mesh): Routes {
  const byHost = new Map(services.map((service) => [service.host, service]));
  const of = new Map(virtualServices.map((source) => [source, routesOf(source, byHost)]));
  const all = [...of.values()].flat();
  const to = new Map<Service, WrittenRoute[]>();
  for (const route of all) {
    for (const service of new Set(route.destinations.flatMap((one) => one.service ?? []))) {
      const known = to.get(service);
      if (known === undefined) to.set(service, [route]);
      else known.push(route);
    }
  }
  const routed = routedHosts(virtualServices);
  const leads = (routes: readonly WrittenRoute[], service: Service, subset?: string): boolean =>
    routes.some(({ destinations }) =>
      destinations.some(
        (one) => one.service === service && (one.destination.subset ?? '') === (subset ?? ''),
      ),
    );
  const leading = (service: Service): readonly WrittenRoute[] => to.get(service) ?? [];
  return {
    all,
    of: (source) => of.get(source) ?? [],
    to: leading,
    byMesh: (service, subset) =>
      (subset === undefined && !routed(service.host)) ||
      leads(
        leading(service).filter(({ atMesh }) => atMesh),
        service,
        subset,
      ),
    byGateway: (service, subset) =>
      leads(
        leading(service).filter(({ gateways }) => gateways.length > 0),
        service,
        subset,
      ),
  };
}

function routesOf(
  source: VirtualService,
  byHost: ReadonlyMap<string, Service>,
): readonly WrittenRoute[] {
  const { http = [], gateways = [MESH_GATEWAY] } = source.spec;
  return http.map((route, index) => ({
    source,
    http: route,
    path: ['spec', 'http', index],
    atMesh: gateways.includes(MESH_GATEWAY),
    gateways: gateways.filter((one) => one !== MESH_GATEWAY),
    destinations: (route.route ?? []).map(({ destination, weight }) => ({
      destination,
      weight,
      service: byHost.get(resolveHost(destination.host, source.namespace)),
    })),
  }));
}

/** Whether a VirtualService speaks of a host to sidecars. */
function routedHosts(sources: readonly VirtualService[]): (host: string) => boolean {
  const hosts = sources
    .filter(({ spec: { gateways = [MESH_GATEWAY], http = [] } }) => {
      return gateways.includes(MESH_GATEWAY) && http.length > 0;
    })
    .flatMap(hostsOf);
  const exact = new Set(hosts);
  const patterns = hosts.filter((host) => host.startsWith('*'));
  return (host) => exact.has(host) || patterns.some((pattern) => hostMatches(pattern, host));
}

/** The hosts of a VirtualService in full. */
export function hostsOf({ namespace, spec }: VirtualService): string[] {
  return spec.hosts.map((host) => resolveHost(host, namespace));
}

/** As messages name it. */
export function placeIn(source: Resource<unknown>, path: Path): Place {
  const { namespace, name } = source;
  return { kind: 'VirtualService', namespace, name, path };
}

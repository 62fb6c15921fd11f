/** What a client asks for where nobody says: the door that rules speak of. */
import type { HttpRoute, StringMatch } from '../../../istio/virtualService.ts';
import { isCalled, MESH_GATEWAY, resolveHost, serviceNamed } from '../hosts.ts';
import type { Mesh, Service, ServicePort } from '../model.ts';

export interface Target {
  readonly service: Service;
  readonly port: ServicePort;
  readonly path: string;
}

/**
 * The first HTTP Service that a rule names and no other workload calls: behind a gateway's route before
 * any other, then in the order of the VirtualServices and DestinationRules. Without rules, the first
 * that is served at all. Where none of them is HTTP, the same at TCP ports. Undefined where there is none.
 */
export function targetOf(mesh: Mesh): Target | undefined {
  const { services, destinationRules, virtualServices } = mesh;
  const routed = virtualServices.flatMap(({ namespace, spec }) =>
    [...(spec.http ?? []), ...(spec.tcp ?? [])].flatMap(({ route = [] }) =>
      route.map(({ destination: { host } }) => ({
        service: serviceNamed(services, host, namespace),
        atGateway: (spec.gateways ?? []).some((gateway) => gateway !== MESH_GATEWAY),
      })),
    ),
  );
  const ruled = destinationRules.map(({ namespace, spec }) =>
    serviceNamed(services, spec.host, namespace),
  );
  const named = [
    ...routed.filter(({ atGateway }) => atGateway).map(({ service }) => service),
    ...routed.map(({ service }) => service),
    ...ruled,
  ].filter((service) => service !== undefined);
  const served = services.filter(({ endpoints }) =>
    endpoints.some(({ pod }) => pod?.runs.app === 'server'),
  );
  const called = calledIn(mesh);
  const isDoor = ({ host }: Service): boolean => !called.has(host);
  const all = [...named.filter(isDoor), ...named, ...served.filter(isDoor), ...served];
  for (const service of all) {
    const port =
      service.ports.find(({ port: number }) => number === 80) ?? service.ports.find(speaksHttp);
    if (port !== undefined && speaksHttp(port)) {
      return { service, port, path: pathOf(service, mesh) };
    }
  }
  for (const service of all) {
    const [port] = service.ports;
    if (port !== undefined) return { service, port, path: '/' };
  }
  return undefined;
}

function speaksHttp({ protocol }: ServicePort): boolean {
  return protocol !== 'tcp';
}

/** The hosts that workloads of the mesh call themselves. */
function calledIn({ pods, services }: Mesh): Set<string> {
  return new Set(
    pods.flatMap((pod) => {
      const calls = pod.runs.app === 'server' ? (pod.runs.behaviour?.calls ?? []) : [];
      const names = calls.map((call) => nameIn(typeof call === 'string' ? call : call.to));
      return services
        .filter((service) => names.some((name) => isCalled(service, name, pod)))
        .map(({ host }) => host);
    }),
  );
}

/** Of `ratings`, `ratings:9080/path` or a URL. */
function nameIn(callee: string): string {
  const url = callee.includes('://') ? callee : `http://${callee}`;
  return URL.canParse(url) ? new URL(url).hostname : callee;
}

/** A path that a route leads to the service, where its routes do not take every one. */
function pathOf({ host }: Service, { virtualServices }: Mesh): string {
  const routes = virtualServices.flatMap(({ namespace, spec }) =>
    (spec.http ?? []).filter(({ route = [] }) =>
      route.some(({ destination }) => resolveHost(destination.host, namespace) === host),
    ),
  );
  const paths = routes.flatMap(pathsOf);
  return routes.length === 0 || paths.length < routes.length ? '/' : (paths[0] ?? '/');
}

function pathsOf({ match = [] }: HttpRoute): string[] {
  const uris = match.map(({ uri }) => uri);
  if (uris.length === 0 || uris.some((uri) => uri === undefined)) return [];
  const [path] = uris.flatMap((uri) => textOf(uri) ?? []);
  return path === undefined ? [] : [path];
}

function textOf(match: StringMatch | undefined): string | undefined {
  return match?.exact ?? match?.prefix;
}

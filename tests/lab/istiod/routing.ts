/** Finding a route configuration or a virtual host in what a proxy is sent. */
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { RouteConfiguration, VirtualHost } from '../../../envoy/routeMessages.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { podNamed } from '../mesh/objects.ts';

export function configuration(mesh: Mesh, name: string, pod = 'client-0'): RouteConfiguration {
  const found = proxyConfig(mesh, podNamed(mesh, pod)).routes.find((each) => each.name === name);
  if (found === undefined) throw new TypeError(`no routes ${name}`);
  return found;
}

export function hostNamed(mesh: Mesh, name: string, routes = '80', pod = 'client-0'): VirtualHost {
  const found = configuration(mesh, routes, pod).virtual_hosts.find((each) => each.name === name);
  if (found === undefined) throw new TypeError(`no virtual host ${name}`);
  return found;
}

/**
 * What names something must name something that exists. Istio itself accepts such a resource and
 * does nothing, or answers 503, which an experiment cannot tell from a breaker.
 */
import { LabError } from '../../errors/labError.ts';
import { hostMatches, resolveHost, serviceNamed } from './hosts.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Mesh } from './model.ts';
import { didYouMean } from '../../errors/didYouMean.ts';
import { nameOf } from '../objects/parse.ts';

type Rules = Pick<Mesh, 'services' | 'destinationRules' | 'virtualServices'>;

/** Refuses two objects of one kind, namespace and name. */
export function refuseDuplicates(objects: readonly KubernetesObject[]): void {
  const seen = new Set<string>();
  for (const object of objects) {
    const key = `${object.apiVersion.split('/').slice(0, -1).join('/')} ${nameOf(object)}`;
    if (seen.has(key)) throw new LabError(`${nameOf(object)}: is given more than once`);
    seen.add(key);
  }
}

/** Refuses hosts and subsets that do not exist, all of them in one error. */
export function refuseDanglingReferences(rules: Rules): void {
  const problems = [...danglingHosts(rules), ...danglingDestinations(rules)];
  if (problems.length > 0) throw new LabError(problems.join('\n'));
}

function danglingHosts({ services, destinationRules }: Rules): string[] {
  return destinationRules.flatMap(({ name, namespace, spec }) => {
    const host = resolveHost(spec.host, namespace);
    if (services.some((service) => hostMatches(host, service.host))) return [];
    return `DestinationRule ${namespace}/${name}: spec.host is '${spec.host}': ${missing(host, services)}`;
  });
}

function danglingDestinations({ services, destinationRules, virtualServices }: Rules): string[] {
  return virtualServices.flatMap(({ name, namespace, spec }) =>
    (spec.http ?? []).flatMap(({ route }, i) =>
      route.flatMap(({ destination }, j) => {
        const at = `VirtualService ${namespace}/${name}: spec.http.${i}.route.${j}.destination`;
        const service = serviceNamed(services, destination.host, namespace);
        if (service === undefined) {
          const host = resolveHost(destination.host, namespace);
          return `${at}.host is '${destination.host}': ${missing(host, services)}`;
        }
        const port = destination.port?.number;
        if (port !== undefined && !service.ports.some((known) => known.port === port)) {
          const ports = service.ports.map((known) => known.port).join(', ');
          return `${at}.port.number is ${port}: Service ${service.namespace}/${service.name} has ${ports}`;
        }
        if (destination.subset === undefined) return [];
        const subsets = destinationRules
          .filter((rule) => hostMatches(resolveHost(rule.spec.host, rule.namespace), service.host))
          .flatMap((rule) => rule.spec.subsets?.map((subset) => subset.name) ?? []);
        if (subsets.includes(destination.subset)) return [];
        const known =
          subsets.length === 0
            ? ' No DestinationRule of this host has subsets.'
            : ` ${didYouMean(destination.subset, subsets)}`;
        return `${at}.subset is '${destination.subset}': no subset of ${service.host} has this name.${known}`;
      }),
    ),
  );
}

function missing(host: string, services: Mesh['services']): string {
  const known = services.map((service) => service.host);
  const hint = known.length === 0 ? ' There is no Service at all.' : ` ${didYouMean(host, known)}`;
  return `no Service has the host ${host}.${hint}`;
}

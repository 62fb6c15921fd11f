/**
 * What names something that is not there. Istio takes such a resource and does nothing by it, or
 * answers 503: so it is here, and it is said, as an experiment cannot tell it from a breaker.
 */
import { didYouMean } from '../../errors/didYouMean.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import { destinationsOf } from './destinations.ts';
import { hostMatches, resolveHost, serviceNamed } from './hosts.ts';
import type { Mesh } from './model.ts';

type Rules = Pick<Mesh, 'services' | 'destinationRules' | 'virtualServices'>;

const ANSWERS = 'answers 503 in its place';
const CLOSES = 'closes the connection';

/** Hosts, ports and subsets that do not exist. */
export function danglingReferences(rules: Rules): LeftOut[] {
  return [...danglingHosts(rules), ...danglingDestinations(rules)];
}

function danglingHosts({ services, destinationRules }: Rules): LeftOut[] {
  return destinationRules.flatMap(({ name, namespace, spec }) => {
    const host = resolveHost(spec.host, namespace);
    if (services.some((service) => hostMatches(host, service.host))) return [];
    return {
      object: `DestinationRule ${namespace}/${name}`,
      field: 'spec.host',
      sentence: `${missing(host, services)}: the rule does nothing. ${hint(host, services)}`,
      mayChangeOutcomes: true,
    };
  });
}

function danglingDestinations({ services, destinationRules, virtualServices }: Rules): LeftOut[] {
  return virtualServices.flatMap(({ name, namespace, spec }) =>
    destinationsOf(spec).flatMap(({ destination, field: at }) => {
      const say = (field: string, what: string, known: string): LeftOut => ({
        object: `VirtualService ${namespace}/${name}`,
        field: `${at}.${field}`,
        sentence: `${what}: Envoy ${at.startsWith('spec.tcp.') ? CLOSES : ANSWERS}. ${known}`,
        mayChangeOutcomes: true,
      });
      const host = resolveHost(destination.host, namespace);
      const service = serviceNamed(services, destination.host, namespace);
      if (service === undefined) {
        return say('host', missing(host, services), hint(host, services));
      }
      const port = destination.port?.number;
      if (port !== undefined && !service.ports.some((known) => known.port === port)) {
        const ports = service.ports.map((known) => known.port).join(', ');
        return say(
          'port.number',
          `Service ${service.namespace}/${service.name} has no port ${port}`,
          `Known: ${ports}.`,
        );
      }
      if (destination.subset === undefined) return [];
      const subsets = destinationRules
        .filter((rule) => hostMatches(resolveHost(rule.spec.host, rule.namespace), service.host))
        .flatMap((rule) => rule.spec.subsets?.map((subset) => subset.name) ?? []);
      if (subsets.includes(destination.subset)) return [];
      return say(
        'subset',
        `no subset of ${service.host} has the name '${destination.subset}'`,
        subsets.length === 0
          ? 'No DestinationRule of this host has subsets.'
          : didYouMean(destination.subset, subsets),
      );
    }),
  );
}

function missing(host: string, services: Mesh['services']): string {
  return services.length === 0 ? 'there is no Service at all' : `no Service has the host ${host}`;
}

function hint(host: string, services: Mesh['services']): string {
  return services.length === 0
    ? 'Add one to the objects.'
    : didYouMean(
        host,
        services.map((service) => service.host),
      );
}

/** What DestinationRules make of a service's clusters, and where in which rule each part of it stands. */
import type {
  ConnectionPool,
  DestinationRuleSpec,
  OutlierDetection,
  RetryBudget,
  Subset,
  TrafficPolicy,
} from '../../istio/destinationRule.ts';
import { isHttp2 } from '../istiod/httpProtocolOptions.ts';
import { resolveHost } from '../mesh/hosts.ts';
import type { Mesh, Pod, Resource, Service, ServicePort } from '../mesh/model.ts';
import { ruleFor } from '../istiod/destinationRules.ts';
import type { Path, Place } from './place.ts';

export type DestinationRule = Resource<DestinationRuleSpec>;

/** A part of a policy, and where it is written. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Place;
}

/** A port of a service, or of one of its subsets: what Envoy calls a cluster. */
export interface Cluster {
  readonly rule: DestinationRule;
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset: Subset | undefined;
  readonly pool: Placed<ConnectionPool> | undefined;
  readonly outlier: Placed<OutlierDetection> | undefined;
  readonly budget: Placed<RetryBudget> | undefined;
  /** Ready endpoints; undefined where they are made up, or none are known. */
  readonly endpoints: number | undefined;
  readonly http2: boolean;
}

/** Services by the rule that some proxy takes for them. */
export type Held = ReadonlyMap<DestinationRule, readonly Service[]>;

/**
 * Of each rule the services for which at least one of these proxies takes it; of several rules of one
 * host that istiod merges, each has them.
 */
export function heldBy(mesh: Mesh, observers: readonly Pod[]): Held {
  const rules = Map.groupBy(mesh.destinationRules, keyOf);
  const held = new Map<DestinationRule, Set<Service>>();
  for (const pod of observers) {
    for (const service of mesh.services) {
      const found = ruleFor(mesh, pod, service, 'outbound');
      if (found === undefined) continue;
      for (const rule of rules.get(keyOf(found)) ?? []) {
        const services = held.get(rule) ?? new Set();
        services.add(service);
        held.set(rule, services);
      }
    }
  }
  return new Map([...held].map(([rule, services]) => [rule, [...services]]));
}

function keyOf({ namespace, spec }: DestinationRule): string {
  return `${namespace} ${resolveHost(spec.host, namespace)}`;
}

/** @param countKnown of a service whether its endpoints are somebody's own, and not made up */
export function clustersOf(
  mesh: Mesh,
  held: Held,
  countKnown: (service: Service) => boolean,
): Cluster[] {
  return [...held].flatMap(([rule, services]) =>
    services.flatMap((service) =>
      service.ports.flatMap((port) =>
        [undefined, ...(rule.spec.subsets ?? []).keys()].map((index): Cluster => {
          const subset = index === undefined ? undefined : rule.spec.subsets?.[index];
          const pool = placed(rule, index, port.port, 'connectionPool');
          const count = countKnown(service) ? endpointsOf(service, subset) : 0;
          const upstream = {
            protocol: port.protocol,
            sniffs: true,
            upgradable: true,
            upgraded: mesh.meshConfig.h2UpgradePolicy === 'UPGRADE',
          };
          return {
            ...{ rule, service, port, subset, pool },
            outlier: placed(rule, index, port.port, 'outlierDetection'),
            budget: placed(rule, index, port.port, 'retryBudget'),
            endpoints: count === 0 ? undefined : count,
            http2: isHttp2(upstream, pool?.value),
          };
        }),
      ),
    ),
  );
}

function endpointsOf({ endpoints }: Service, subset: Subset | undefined): number {
  const labels = Object.entries(subset?.labels ?? {});
  return endpoints.filter(({ pod }) => labels.every(([key, value]) => pod?.labels[key] === value))
    .length;
}

type Part = 'connectionPool' | 'outlierDetection' | 'retryBudget';
type PartOf<K extends Part> = NonNullable<TrafficPolicy[K]>;

/**
 * A subset's part before the rule's; settings for the port in the place of all that stands beside
 * them (portPolicy and subsetPolicy in lab/istiod).
 */
function placed<K extends Part>(
  rule: DestinationRule,
  subset: number | undefined,
  port: number,
  part: K,
): Placed<PartOf<K>> | undefined {
  const { trafficPolicy, subsets = [] } = rule.spec;
  const levels: [TrafficPolicy | undefined, Path][] = [[trafficPolicy, ['spec', 'trafficPolicy']]];
  if (subset !== undefined) {
    levels.unshift([subsets[subset]?.trafficPolicy, ['spec', 'subsets', subset, 'trafficPolicy']]);
  }
  for (const [policy, path] of levels) {
    if (policy === undefined) continue;
    const index = policy.portLevelSettings?.findIndex((own) => own.port.number === port) ?? -1;
    const settings: Partial<Pick<TrafficPolicy, Part>> | undefined =
      index < 0 ? policy : policy.portLevelSettings?.[index];
    const value = settings?.[part];
    const within = index < 0 ? path : [...path, 'portLevelSettings', index];
    if (value !== undefined) {
      return { value, at: placeIn(rule, [...within, part]) };
    }
    if (index >= 0) return undefined;
  }
  return undefined;
}

export function placeIn({ namespace, name }: Resource<unknown>, path: Path): Place {
  return { kind: 'DestinationRule', namespace, name, path };
}

/** The place of a field of what is placed. */
export function within({ at }: Placed<unknown>, ...path: Path): Place {
  return { ...at, path: [...at.path, ...path] };
}

/** What messages call a cluster: `server`, `subset v2 of server`. */
export function clusterName({ service, subset }: Pick<Cluster, 'service' | 'subset'>): string {
  return subset === undefined ? service.name : `subset ${subset.name} of ${service.name}`;
}

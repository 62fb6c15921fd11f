/** Which endpoints a proxy prefers by where they run; cases locality-*. */
import { message } from '../../envoy/proto.ts';
import type { LbEndpoint, LocalityLbEndpoints } from '../../envoy/messages.ts';
import type { LocalityLbSetting } from '../../istio/destinationRule.ts';
import { withTopology } from '../mesh/locality.ts';
import type { Locality, Mesh, Pod } from '../mesh/model.ts';
import type { PortPolicy } from './trafficPolicy.ts';

/** An endpoint as Envoy gets it, with what is known of where it runs. */
export interface Placed {
  readonly place: (Pick<Pod, 'labels' | 'locality'> & Partial<Pick<Pod, 'node'>>) | undefined;
  readonly endpoint: LbEndpoint;
}

/** Endpoints of one place, as they come to be preferred. */
interface Group {
  readonly locality: Locality | undefined;
  readonly members: readonly Placed[];
  readonly weight: number;
  readonly priority: number;
}

/** The rule's setting, else the mesh's; undefined where it is switched off (GetLocalityLbSetting). */
export function localitySetting(
  { meshConfig }: Mesh,
  policy: PortPolicy,
): LocalityLbSetting | undefined {
  const setting = policy.loadBalancer?.localityLbSetting ?? meshConfig.localityLbSetting ?? {};
  return setting.enabled === false ? undefined : setting;
}

/** Whether Envoy is to weigh places, and not endpoints alone (applyLocalityLoadBalancer). */
export function weighsLocalities(mesh: Mesh, policy: PortPolicy): boolean {
  const { distribute, failover, failoverPriority } = localitySetting(mesh, policy) ?? {};
  const fails = policy.outlierDetection !== undefined;
  const anyOf = (...lists: (readonly unknown[] | undefined)[]): boolean =>
    lists.some((list) => list !== undefined && list.length > 0);
  return anyOf(distribute) || (fails && anyOf(failover, failoverPriority));
}

/**
 * Endpoints by place, in the order of the places' names: with the shares that a setting distributes, or
 * with priorities, the nearest first, where outlier detection can tell that it fails.
 * ApplyLocalityLoadBalancer in istiod.
 */
export function byLocality(
  mesh: Mesh,
  pod: Pod,
  policy: PortPolicy,
  endpoints: readonly Placed[],
): LocalityLbEndpoints[] {
  const groups = grouped(endpoints);
  const setting = localitySetting(mesh, policy);
  const fails = policy.outlierDetection !== undefined;
  const preferred = setting?.distribute?.length
    ? distributed(groups, pod, setting.distribute)
    : setting !== undefined && fails
      ? prioritised(groups, pod, setting)
      : groups;
  return preferred.map(({ locality, members, weight, priority }) =>
    message<LocalityLbEndpoints>({
      locality: message({
        region: locality?.region || undefined,
        zone: locality?.zone || undefined,
        sub_zone: locality?.subzone || undefined,
      }),
      load_balancing_weight: weight,
      priority: priority === 0 ? undefined : priority,
      lb_endpoints: members.length === 0 ? undefined : members.map(({ endpoint }) => endpoint),
    }),
  );
}

function grouped(endpoints: readonly Placed[]): Group[] {
  const places = Map.groupBy(endpoints, ({ place }) => nameOf(place?.locality));
  return [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => ({
      locality: members[0]?.place?.locality,
      members,
      weight: weightOf(members),
      priority: 0,
    }));
}

function weightOf(members: readonly Placed[]): number {
  return members.reduce((sum, { endpoint }) => sum + endpoint.load_balancing_weight, 0);
}

function nameOf(locality: Locality | undefined): string {
  return locality === undefined ? '' : `${locality.region}/${locality.zone}/${locality.subzone}`;
}

/** Of the first setting that is for the proxy's place; a place that it does not name gets nothing. */
function distributed(
  groups: readonly Group[],
  pod: Pod,
  settings: NonNullable<LocalityLbSetting['distribute']>,
): Group[] {
  const shares = settings.find(({ from = '' }) => isIn(pod.locality, from));
  if (shares === undefined) return [...groups];
  const named = new Map<Group, number>();
  for (const [place, share] of Object.entries(shares.to ?? {})) {
    const there = groups.filter((group) => !named.has(group) && isIn(group.locality, place));
    const total = there.reduce((sum, { weight }) => sum + weight, 0);
    for (const group of there) {
      const own = Math.ceil((group.weight * share) / total);
      // Envoy takes no weight of 0; istiod leaves it as it was.
      named.set(group, own > 0 ? own : group.weight);
    }
  }
  return groups.map((group) => {
    const share = named.get(group);
    return share === undefined ? { ...group, members: [] } : { ...group, weight: share };
  });
}

/** `region/zone/subzone`, `*` for any; what is not written is any. */
function isIn(locality: Locality | undefined, place: string): boolean {
  const [region = '', zone = '', subzone = ''] = place.split('/');
  const is = (wanted: string, own = ''): boolean => wanted === '*' || wanted === own;
  return (
    is(region, locality?.region) &&
    (zone === '' || is(zone, locality?.zone)) &&
    (subzone === '' || is(subzone, locality?.subzone))
  );
}

function prioritised(
  groups: readonly Group[],
  pod: Pod,
  { failover = [], failoverPriority = [] }: LocalityLbSetting,
): Group[] {
  if (failoverPriority.length === 0) {
    return dense(groups, (group) => distance(pod, group, failover));
  }
  const own = withTopology(pod);
  const split = groups.flatMap((group) => {
    const ranked = Map.groupBy(group.members, (one) => rank(own, one, failoverPriority));
    return [...ranked]
      .sort(([a], [b]) => a - b)
      .map(([priority, members]) => ({ ...group, members, weight: weightOf(members), priority }));
  });
  const byLabels = dense(split, ({ priority }) => priority);
  if (failover.length === 0) return byLabels;
  return dense(byLabels, (group) => group.priority * 5 + distance(pod, group, failover));
}

/** Priorities without a gap, in the order of the ranks. */
function dense(groups: readonly Group[], rankOf: (group: Group) => number): Group[] {
  const ranks = [...new Set(groups.map(rankOf))].sort((a, b) => a - b);
  return groups.map((group) => ({ ...group, priority: ranks.indexOf(rankOf(group)) }));
}

/** 0 for the same subzone to 3 for another region, 4 for one that is not failed over to. */
function distance(
  { locality: from }: Pod,
  { locality: to }: Group,
  failover: NonNullable<LocalityLbSetting['failover']>,
): number {
  const same = (part: keyof Locality): boolean => (from?.[part] ?? '') === (to?.[part] ?? '');
  if (same('region')) return same('zone') ? (same('subzone') ? 0 : 1) : 2;
  const region = failover.find((one) => (one.from ?? '') === (from?.region ?? ''));
  return region === undefined || (to?.region ?? '') === (region.to ?? '') ? 3 : 4;
}

/** How many of the labels, from the first on, are not the proxy's own, or of the value they name. */
function rank(
  own: Readonly<Record<string, string>>,
  { place }: Placed,
  labels: readonly string[],
): number {
  const theirs = place === undefined ? {} : withTopology(place);
  const first = labels.findIndex((label) => {
    const [name = '', value] = label.split('=');
    return (value ?? own[name] ?? '') !== (theirs[name] ?? '');
  });
  return first < 0 ? 0 : labels.length - first;
}

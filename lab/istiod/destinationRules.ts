/** Which DestinationRule holds for a service, as a proxy sees it. */
import type { DestinationRuleSpec, Subset } from '../../istio/destinationRule.ts';
import { hostMatches, resolveHost } from '../mesh/hosts.ts';
import { ROOT_NAMESPACE, type Mesh, type Pod, type Resource, type Service } from '../mesh/model.ts';

export type Rule = Resource<DestinationRuleSpec>;

/** Rules of one host that istiod keeps as one, and who sees them. */
interface Consolidated {
  readonly exportTo: ReadonlySet<string>;
  rule: Rule;
}

type Labels = Readonly<Record<string, string>>;
type ByHost = Map<string, Consolidated[]>;

interface Index {
  /** For proxies of the rules' own namespace. */
  readonly own: ReadonlyMap<string, ByHost>;
  /** For proxies of other namespaces. */
  readonly exported: ReadonlyMap<string, ByHost>;
  /** The root namespace's rules for itself, which hold there before the others do. */
  readonly root: ByHost;
}

const EVERYBODY = '*';
const ITSELF = '.';

/**
 * The rule for a service: of the proxy's namespace, else the service's, else the root namespace;
 * there the most specific host. A rule with a workloadSelector holds for the chosen proxies of its
 * namespace, on their way out only.
 * PushContext.destinationRule and SidecarScope.DestinationRule in istiod; cases
 * pool-mesh-wide-root-namespace, workload-selector, export-to-rules, rules-of-one-host.
 */
export function ruleFor(
  mesh: Mesh,
  pod: Pod,
  service: Service,
  direction: 'outbound' | 'inbound',
): Rule | undefined {
  const found = consolidatedFor(indexOf(mesh), pod.namespace, service);
  const chosen = found.find(({ rule: { namespace, spec } }) => {
    const labels = spec.workloadSelector?.matchLabels;
    const own = direction === 'outbound' && namespace === pod.namespace;
    return own && spec.workloadSelector !== undefined && hasAll(labels, pod.labels);
  });
  const common = found.findLast(({ rule }) => rule.spec.workloadSelector === undefined);
  return (chosen ?? common)?.rule;
}

/** No label chosen is every proxy. */
function hasAll(wanted: Labels = {}, labels: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function consolidatedFor(
  index: Index,
  namespace: string,
  service: Service,
): readonly Consolidated[] {
  const own = namespace === ROOT_NAMESPACE ? index.root : index.own.get(namespace);
  const mine = mostSpecific(own, service.host);
  if (mine !== undefined) return mine;
  for (const place of [service.namespace, ROOT_NAMESPACE]) {
    const seen = mostSpecific(index.exported.get(place), service.host)?.filter(
      ({ exportTo }) => exportTo.size === 0 || exportTo.has(EVERYBODY) || exportTo.has(namespace),
    );
    if (seen !== undefined && seen.length > 0) return seen;
  }
  return [];
}

/** An exact host before every wildcard, a longer wildcard before a shorter. */
function mostSpecific(rules: ByHost | undefined, host: string): Consolidated[] | undefined {
  if (rules === undefined) return undefined;
  const exact = rules.get(host);
  if (exact !== undefined) return exact;
  const best = wildcardsOf(rules).find((pattern) => hostMatches(pattern, host));
  return best === undefined ? undefined : rules.get(best);
}

const WILDCARDS = new WeakMap<ByHost, readonly string[]>();

/** The longest first. Of rules that are all there: they are asked for every service. */
function wildcardsOf(rules: ByHost): readonly string[] {
  const known = WILDCARDS.get(rules);
  if (known !== undefined) return known;
  const found = [...rules.keys()]
    .filter((host) => host.startsWith('*'))
    .sort((a, b) => b.length - a.length);
  WILDCARDS.set(rules, found);
  return found;
}

const INDEXES = new WeakMap<readonly Rule[], Index>();

function indexOf({ destinationRules: rules, meshConfig }: Mesh): Index {
  const known = INDEXES.get(rules);
  if (known !== undefined) return known;
  const made = makeIndex(rules, meshConfig.defaultDestinationRuleExportTo ?? []);
  INDEXES.set(rules, made);
  return made;
}

/** setDestinationRules in istiod: rules with a selector first, then the older. */
function makeIndex(rules: readonly Rule[], byDefault: readonly string[]): Index {
  const own = new Map<string, ByHost>();
  const exported = new Map<string, ByHost>();
  const root: ByHost = new Map();
  const isChosen = ({ spec }: Rule): number => (spec.workloadSelector === undefined ? 1 : 0);
  for (const rule of rules.toSorted((a, b) => isChosen(a) - isChosen(b))) {
    const { namespace, spec } = rule;
    const exportTo = new Set(spec.workloadSelector === undefined ? spec.exportTo : [ITSELF]);
    const isOwn = [EVERYBODY, ITSELF, namespace].some((place) => exportTo.has(place));
    if (exportTo.size === 0 || isOwn) merge(placeIn(own, namespace), rule, exportTo);
    const isPrivate =
      exportTo.size === 0
        ? byDefault.includes(ITSELF)
        : exportTo.size === 1 && (exportTo.has(ITSELF) || exportTo.has(namespace));
    if (!isPrivate) merge(placeIn(exported, namespace), rule, exportTo);
    else if (namespace === ROOT_NAMESPACE) merge(root, rule, exportTo);
  }
  return { own, exported, root };
}

function placeIn(index: Map<string, ByHost>, namespace: string): ByHost {
  const place: ByHost = index.get(namespace) ?? new Map<string, Consolidated[]>();
  index.set(namespace, place);
  return place;
}

/**
 * Rules of one host are one where the same namespaces see them and the same proxies are chosen: the
 * first policy, everyone's subsets, of two of a name the first. A rule that more namespaces see is
 * merged and stands by itself, too (mergeDestinationRule in istiod).
 */
function merge(rules: ByHost, rule: Rule, exportTo: ReadonlySet<string>): void {
  const host = resolveHost(rule.spec.host, rule.namespace);
  const list = rules.get(host) ?? [];
  let apart = true;
  for (const known of list) {
    apart = !equal(known.exportTo, exportTo);
    const isWider = known.exportTo.size > 0 && isSubset(known.exportTo, exportTo);
    if (apart && !isWider) continue;
    const [theirs, ours] = [known.rule.spec.workloadSelector, rule.spec.workloadSelector];
    const isSame = equalLabels(theirs?.matchLabels, ours?.matchLabels);
    if (theirs !== undefined && ours !== undefined && !isSame) {
      apart = true;
      continue;
    }
    if ((theirs === undefined) === (ours === undefined)) apart = false;
    known.rule = merged(known.rule, rule);
  }
  if (apart) list.push({ exportTo, rule });
  rules.set(host, list);
}

function merged(first: Rule, other: Rule): Rule {
  const subsets = new Map<string, Subset>();
  for (const subset of [...(first.spec.subsets ?? []), ...(other.spec.subsets ?? [])]) {
    if (!subsets.has(subset.name)) subsets.set(subset.name, subset);
  }
  const trafficPolicy = first.spec.trafficPolicy ?? other.spec.trafficPolicy;
  return { ...first, spec: { ...first.spec, trafficPolicy, subsets: [...subsets.values()] } };
}

function equal(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && isSubset(a, b);
}

function isSubset(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((entry) => b.has(entry));
}

function equalLabels(a: Labels = {}, b: Labels = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

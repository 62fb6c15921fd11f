/** Which DestinationRule holds for a cluster, and what of it holds for a port and a subset. */
import type {
  ClientTls,
  DestinationRuleSpec,
  Subset,
  TrafficPolicy,
} from '../../istio/destinationRule.ts';
import { hostMatches, resolveHost } from '../mesh/hosts.ts';
import { ROOT_NAMESPACE, type Mesh, type Pod, type Resource, type Service } from '../mesh/model.ts';
import { selects } from '../mesh/services.ts';
import { message } from '../../envoy/proto.ts';

export type Rule = Resource<DestinationRuleSpec>;

/** A policy for one port: no longer any settings of other ports in it. */
export type PortPolicy = Omit<TrafficPolicy, 'portLevelSettings'>;

/**
 * The rule for a service: of the proxy's namespace, else the service's, else the root namespace;
 * there the most specific host. A rule with a workloadSelector holds for the chosen proxies of its
 * namespace, on their way out only.
 * PushContext.destinationRule and SidecarScope.DestinationRule in istiod; case
 * pool-mesh-wide-root-namespace.
 */
export function ruleFor(
  mesh: Mesh,
  pod: Pod,
  service: Service,
  direction: 'outbound' | 'inbound',
): Rule | undefined {
  for (const namespace of new Set([pod.namespace, service.namespace, ROOT_NAMESPACE])) {
    const rules = mesh.destinationRules.filter(
      (rule) => rule.namespace === namespace && isExported(rule, pod.namespace),
    );
    const hosts = rules
      .map((rule) => resolveHost(rule.spec.host, namespace))
      .filter((host) => hostMatches(host, service.host));
    const [host] = hosts.sort((a, b) => specificity(b) - specificity(a));
    if (host === undefined) continue;
    const found = rules.filter((rule) => resolveHost(rule.spec.host, namespace) === host);
    const chosen = found.filter(({ spec }) => {
      const labels = spec.workloadSelector?.matchLabels;
      const own = direction === 'outbound' && namespace === pod.namespace;
      return own && labels !== undefined && selects(labels, pod.labels);
    });
    const common = found.filter(({ spec }) => spec.workloadSelector === undefined);
    return merged(chosen.length > 0 ? chosen : common);
  }
  return undefined;
}

/**
 * The policy for a port: settings for this port replace everything else, unset ones included.
 * GetPortLevelTrafficPolicy in istiod; case pool-port-level.
 */
export function portPolicy(policy: TrafficPolicy = {}, port: number): PortPolicy {
  const own = policy.portLevelSettings?.find((settings) => settings.port.number === port);
  const { connectionPool, outlierDetection, loadBalancer, tls } = own ?? policy;
  return message<PortPolicy>({
    connectionPool,
    outlierDetection,
    loadBalancer,
    tls,
    retryBudget: own === undefined ? policy.retryBudget : undefined,
  });
}

/**
 * A subset's policy for a port: each component it has replaces the rule's whole component, and its
 * own settings for the port replace all of them.
 * MergeSubsetTrafficPolicy in istiod; case subsets-policies-port-level.
 */
export function subsetPolicy(rule: PortPolicy, subset: Subset, port: number): PortPolicy {
  if (subset.trafficPolicy === undefined) return rule;
  const own = portPolicy(subset.trafficPolicy, port);
  const hasPortSettings = subset.trafficPolicy.portLevelSettings?.some(
    (settings) => settings.port.number === port,
  );
  const { retryBudget } = rule;
  return hasPortSettings === true ? message({ ...own, retryBudget }) : { ...rule, ...own };
}

/**
 * The TLS mode a rule asks of a port's endpoints; unlike in a cluster's own policy, settings of the
 * port without one leave the rule's (tlsModeForDestinationRule in istiod; cases mtls-dr-*).
 */
export function tlsMode(of: {
  readonly rule: Rule | undefined;
  readonly subset: Subset | undefined;
  readonly port: { readonly port: number };
}): ClientTls['mode'] {
  const tls = [of.subset?.trafficPolicy, of.rule?.spec.trafficPolicy]
    .flatMap((policy) => [
      policy?.portLevelSettings?.find(({ port }) => port.number === of.port.port)?.tls,
      policy?.tls,
    ])
    .find((own) => own !== undefined);
  return tls && (tls.mode ?? 'DISABLE');
}

/** Rules for one host in one namespace are one: the first policy, everyone's subsets. */
function merged([first, ...others]: readonly Rule[]): Rule | undefined {
  if (first === undefined || others.length === 0) return first;
  const subsets = new Map<string, Subset>();
  for (const { spec } of [first, ...others]) {
    for (const subset of spec.subsets ?? []) {
      if (!subsets.has(subset.name)) subsets.set(subset.name, subset);
    }
  }
  const trafficPolicy = [first, ...others].find(({ spec }) => spec.trafficPolicy !== undefined)
    ?.spec.trafficPolicy;
  return { ...first, spec: { ...first.spec, trafficPolicy, subsets: [...subsets.values()] } };
}

/** Whether proxies of the namespace see the rule. */
export function isExported(
  { namespace, spec }: Resource<{ exportTo?: string[] | undefined }>,
  to: string,
): boolean {
  const targets = spec.exportTo ?? ['*'];
  return targets.some((target) => target === '*' || (target === '.' ? namespace : target) === to);
}

/** An exact host before every wildcard, a longer wildcard before a shorter. */
function specificity(host: string): number {
  return host.startsWith('*') ? host.length : Number.MAX_SAFE_INTEGER;
}

/** What of a DestinationRule holds for a port and a subset. */
import type { ClientTls, Subset, TrafficPolicy } from '../../istio/destinationRule.ts';
import type { Rule } from './destinationRules.ts';
import { message } from '../../envoy/proto.ts';

/** A policy for one port: no longer any settings of other ports in it. */
export type PortPolicy = Omit<TrafficPolicy, 'portLevelSettings'>;

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

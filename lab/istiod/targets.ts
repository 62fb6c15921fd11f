/** What a proxy can send to: each service port, and each subset of it. */
import type { Subset } from '../../istio/destinationRule.ts';
import type { Pod, Service, ServicePort } from '../mesh/model.ts';
import { isPassthrough } from './loadBalancer.ts';
import { outboundCluster } from './names.ts';
import { ruleFor, type Rule } from './destinationRules.ts';
import type { Scope } from './scope.ts';
import { portPolicy, subsetPolicy, type PortPolicy } from './trafficPolicy.ts';

/** The source of one outbound cluster and of its endpoints. */
export interface Target {
  /** The cluster's name. */
  readonly name: string;
  readonly service: Service;
  readonly port: ServicePort;
  readonly subset: Subset | undefined;
  readonly rule: Rule | undefined;
  readonly policy: PortPolicy;
  /** Passthrough has no endpoints: it goes where the request was going. */
  readonly passthrough: boolean;
}

/** Subsets stand beside the service's own cluster, not in its place; cases subsets-*. */
export function targetsOf(scope: Scope, pod: Pod): Target[] {
  return scope.reachable.flatMap((service) => {
    const rule = ruleFor(scope, pod, service, 'outbound');
    return service.ports.flatMap((port) => {
      const whole = portPolicy(rule?.spec.trafficPolicy, port.port);
      return [undefined, ...(rule?.spec.subsets ?? [])].map((subset): Target => {
        const policy = subset === undefined ? whole : subsetPolicy(whole, subset, port.port);
        return {
          name: outboundCluster(service, port.port, subset?.name),
          service,
          port,
          subset,
          rule,
          policy,
          passthrough:
            isPassthrough(policy.loadBalancer) ||
            (service.resolution === 'none' && pod.proxy !== 'gateway'),
        };
      });
    });
  });
}

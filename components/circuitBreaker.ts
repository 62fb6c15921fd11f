import * as pulumi from '@pulumi/pulumi';
import {
  type Subset,
  subset as subsetSchema,
  type TrafficPolicy,
  trafficPolicy as trafficPolicySchema,
} from '../istio/destinationRule.ts';
import { checked, DestinationRule } from './istio.ts';

export interface CircuitBreakerArgs {
  /** Namespace of the rule; the server's, so that it holds for every client. */
  readonly namespace: pulumi.Input<string>;
  /** Full name of the Service whose callers, and whose own sidecars, are limited. */
  readonly host: pulumi.Input<string>;
  /**
   * Pool limits (per proxy; 0 means unset, as in Istio), outlier detection, load balancing, retry
   * budget. Plain data: it is checked when the component is made, before anything is deployed.
   * @default - no limits
   */
  readonly trafficPolicy?: TrafficPolicy;
  /**
   * Subsets by labels, each with the policy of its own cluster. A subset's limits are its own: they
   * are not shared with the others and never reach the server's sidecar. Plain data, as above.
   * @default - none
   */
  readonly subsets?: readonly Subset[];
}

/**
 * Istio's circuit breaker: a DestinationRule with its pool limits and outlier detection.
 *
 * @throws pulumi.ResourceError naming the field that Istio would refuse
 */
export class CircuitBreaker extends pulumi.ComponentResource {
  /** Name of the DestinationRule. */
  readonly ruleName: pulumi.Output<string>;

  constructor(name: string, args: CircuitBreakerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:CircuitBreaker', name, {}, opts);

    const { namespace, host, trafficPolicy, subsets } = args;
    const rule = new DestinationRule(
      name,
      {
        metadata: { name, namespace },
        spec: {
          host,
          ...(trafficPolicy && {
            trafficPolicy: checked('trafficPolicy', trafficPolicy, trafficPolicySchema, this),
          }),
          ...(subsets && {
            subsets: subsets.map((one, index) =>
              checked(`subsets.${index}`, one, subsetSchema, this),
            ),
          }),
        },
      },
      { parent: this },
    );

    this.ruleName = rule.metadata.name;
    this.registerOutputs({ ruleName: this.ruleName });
  }
}

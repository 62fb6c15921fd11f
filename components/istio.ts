/** Istio's kinds as typed resources over CustomResource: what the schemas in istio/ describe. */
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import type { DestinationRuleSpec } from '../istio/destinationRule.ts';
import type { AuthorizationPolicySpec } from '../istio/authorizationPolicy.ts';
import type { GatewaySpec } from '../istio/gateway.ts';
import type { PeerAuthenticationSpec } from '../istio/peerAuthentication.ts';
import type { TelemetrySpec } from '../istio/telemetry.ts';
import type { VirtualServiceSpec } from '../istio/virtualService.ts';

/** A spec whose fields, and whose lists' entries, may be outputs of other resources. */
type SpecInput<T> = {
  readonly [Field in keyof T]: pulumi.Input<
    T[Field] extends readonly (infer Entry)[] | undefined
      ? readonly pulumi.Input<Entry>[]
      : T[Field]
  >;
};

export interface IstioArgs<Spec> {
  readonly metadata: pulumi.Input<k8s.types.input.meta.v1.ObjectMeta>;
  readonly spec: SpecInput<Spec>;
}

/** A resource of one of Istio's kinds. */
function ofKind<Spec>(group: string, kind: string) {
  return class extends k8s.apiextensions.CustomResource {
    constructor(name: string, args: IstioArgs<Spec>, opts?: pulumi.CustomResourceOptions) {
      super(name, { apiVersion: `${group}.istio.io/v1`, kind, ...args }, opts);
    }
  };
}

/** istio.io/docs/reference/config/networking/destination-rule */
export class DestinationRule extends ofKind<DestinationRuleSpec>('networking', 'DestinationRule') {}

/** istio.io/docs/reference/config/networking/virtual-service */
export class VirtualService extends ofKind<VirtualServiceSpec>('networking', 'VirtualService') {}

/** istio.io/docs/reference/config/networking/gateway */
export class Gateway extends ofKind<GatewaySpec>('networking', 'Gateway') {}

/** istio.io/docs/reference/config/telemetry */
export class Telemetry extends ofKind<TelemetrySpec>('telemetry', 'Telemetry') {}

/** istio.io/docs/reference/config/security/peer_authentication */
export class PeerAuthentication extends ofKind<PeerAuthenticationSpec>(
  'security',
  'PeerAuthentication',
) {}

/** istio.io/docs/reference/config/security/authorization-policy */
export class AuthorizationPolicy extends ofKind<AuthorizationPolicySpec>(
  'security',
  'AuthorizationPolicy',
) {}

/**
 * Plain data as it is, once Istio's rules have been checked: before anything is deployed, as what
 * is thrown inside an output cannot be told to the user in one sentence.
 *
 * @throws pulumi.ResourceError naming the field that Istio would refuse
 */
export function checked<T>(
  field: string,
  value: T,
  schema: z.ZodType,
  component: pulumi.ComponentResource,
): T {
  const result = schema.safeParse(value);
  if (result.success) return value;
  const issue = result.error.issues[0];
  const path = [field, ...(issue?.path ?? [])].join('.');
  throw new pulumi.ResourceError(`${path}: ${issue?.message ?? 'is not allowed'}`, component, true);
}

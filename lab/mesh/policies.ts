/** Istio's resources, read by the schemas in istio/. */
import type { z } from 'zod';
import type { LeftOut } from '../../experiment/leftOut.ts';
import { destinationRuleSpec } from '../../istio/destinationRule.ts';
import { gatewaySpec } from '../../istio/gateway.ts';
import { peerAuthenticationSpec } from '../../istio/peerAuthentication.ts';
import { proxyConfigSpec } from '../../istio/proxyConfig.ts';
import { serviceEntrySpec } from '../../istio/serviceEntry.ts';
import { sidecarSpec } from '../../istio/sidecar.ts';
import { telemetrySpec } from '../../istio/telemetry.ts';
import { virtualServiceSpec } from '../../istio/virtualService.ts';
import { workloadEntrySpec } from '../../istio/workloadEntry.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { namespaceOf } from '../objects/parse.ts';
import { acceptedIstio, readKind } from './istioObjects.ts';
import { withDelegates } from './delegates.ts';
import type { Mesh } from './model.ts';

export type Policies = Pick<
  Mesh,
  | 'destinationRules'
  | 'virtualServices'
  | 'gateways'
  | 'peerAuthentications'
  | 'telemetries'
  | 'sidecars'
  | 'proxyConfigs'
  | 'serviceEntries'
  | 'workloadEntries'
>;

/** The kinds that this project acts on, and what of each. */
export const MODELLED = {
  destinationRules: ['DestinationRule', destinationRuleSpec],
  virtualServices: ['VirtualService', virtualServiceSpec],
  gateways: ['Gateway', gatewaySpec],
  peerAuthentications: ['PeerAuthentication', peerAuthenticationSpec],
  telemetries: ['Telemetry', telemetrySpec],
  sidecars: ['Sidecar', sidecarSpec],
  proxyConfigs: ['ProxyConfig', proxyConfigSpec],
  serviceEntries: ['ServiceEntry', serviceEntrySpec],
  workloadEntries: ['WorkloadEntry', workloadEntrySpec],
} as const satisfies Readonly<Record<keyof Policies, readonly [kind: string, z.ZodType]>>;

export const MODELLED_KINDS: ReadonlySet<string> = new Set(
  Object.values(MODELLED).map(([kind]) => kind),
);

/**
 * The resources of every kind this project acts on, in the order in which istiod takes them, and
 * what of them it does not.
 *
 * @throws LabError for an object that an API server with Istio's kinds would not take
 */
export function policiesOf(objects: readonly KubernetesObject[]): {
  policies: Policies;
  leftOut: LeftOut[];
} {
  const accepted = byCreation(acceptedIstio(objects));
  const readings = Object.entries(MODELLED).map(
    ([name, [kind, schema]]) => [name, readKind<z.ZodType>(accepted, kind, schema)] as const,
  );
  const policies = Object.fromEntries(
    readings.map(([name, { resources }]) => [name, resources]),
  ) as unknown as Policies;
  const { virtualServices, leftOut } = withDelegates(policies.virtualServices);
  return {
    policies: { ...policies, virtualServices },
    leftOut: [...readings.flatMap(([, reading]) => reading.leftOut), ...leftOut],
  };
}

/**
 * The older first, of one second by name and namespace (sortConfigByCreationTime in istiod).
 * Objects that no API server stored are all of one age.
 */
function byCreation(objects: readonly KubernetesObject[]): KubernetesObject[] {
  // No name has a character as low as the one between them.
  const key = (object: KubernetesObject): string => {
    const { name, creationTimestamp: created } = object.metadata;
    return [typeof created === 'string' ? created : '', name, namespaceOf(object)].join('\0');
  };
  return objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

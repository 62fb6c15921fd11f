/** Istio's resources, read by the schemas in istio/. */
import type { z } from 'zod';
import { LabError } from '../../errors/labError.ts';
import { destinationRuleSpec } from '../../istio/destinationRule.ts';
import { gatewaySpec } from '../../istio/gateway.ts';
import { peerAuthenticationSpec } from '../../istio/peerAuthentication.ts';
import { sidecarSpec } from '../../istio/sidecar.ts';
import { telemetrySpec } from '../../istio/telemetry.ts';
import { virtualServiceSpec } from '../../istio/virtualService.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Mesh, Resource } from './model.ts';
import { nameOf, namespaceOf, parseField } from '../objects/parse.ts';

const NETWORKING = ['v1', 'v1beta1', 'v1alpha3'].map((version) => `networking.istio.io/${version}`);
const SECURITY = ['v1', 'v1beta1'].map((version) => `security.istio.io/${version}`);
const TELEMETRY = ['v1', 'v1alpha1'].map((version) => `telemetry.istio.io/${version}`);

export type Policies = Pick<
  Mesh,
  | 'destinationRules'
  | 'virtualServices'
  | 'gateways'
  | 'peerAuthentications'
  | 'telemetries'
  | 'sidecars'
>;

/** The resources of every Istio kind this project acts on, in the order in which istiod takes them. */
export function policiesOf(given: readonly KubernetesObject[]): Policies {
  const objects = byCreation(given);
  return {
    destinationRules: read(objects, 'DestinationRule', NETWORKING, destinationRuleSpec),
    virtualServices: read(objects, 'VirtualService', NETWORKING, virtualServiceSpec),
    gateways: read(objects, 'Gateway', NETWORKING, gatewaySpec),
    peerAuthentications: read(objects, 'PeerAuthentication', SECURITY, peerAuthenticationSpec),
    telemetries: read(objects, 'Telemetry', TELEMETRY, telemetrySpec),
    sidecars: read(objects, 'Sidecar', NETWORKING, sidecarSpec),
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

/** Kinds of the Gateway API and others share a name with Istio's: the group decides. */
export function isIstio(object: KubernetesObject): boolean {
  return /^[a-z]+\.istio\.io\//.test(object.apiVersion);
}

function read<S extends z.ZodType>(
  objects: readonly KubernetesObject[],
  kind: string,
  versions: readonly string[],
  schema: S,
): Resource<z.infer<S>>[] {
  return objects
    .filter((object) => object.kind === kind && isIstio(object))
    .map((object) => {
      if (!versions.includes(object.apiVersion)) {
        throw new LabError(
          `${nameOf(object)}: apiVersion is '${object.apiVersion}': must be one of ${versions.join(', ')}`,
        );
      }
      return {
        name: object.metadata.name,
        namespace: namespaceOf(object),
        labels: object.metadata.labels ?? {},
        // An absent spec is an empty one, as `spec: {}` is what an API server would store.
        spec: parseField({ ...object, spec: object['spec'] ?? {} }, 'spec', schema),
      };
    });
}

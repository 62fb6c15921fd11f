import { withoutNulls } from '../../istio/modelled.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { withOriginOf } from '../objects/origin.ts';
import { eachOnce } from './duplicates.ts';
import type { Given } from './given.ts';
import { ingressFor } from './ingress.ts';
import { leftOutOf } from './leftOut.ts';
import type { Mesh } from './model.ts';
import { podsOf } from './pods.ts';
import { policiesOf } from './policies.ts';
import { danglingReferences } from './references.ts';
import { servicesOf } from './services.ts';
import { scaleMeshConfig } from './timeScale.ts';
import { madeUpFor, understandPods } from './understanding.ts';

/**
 * The mesh that Kubernetes and istiod make of the objects, with what is known beside them.
 *
 * @throws LabError naming the object and the field of what an API server would not take
 */
export function meshOf(all: readonly KubernetesObject[], given: Given = {}): Mesh {
  const own = eachOnce(all.map(stored));
  const objects = [...own.objects, ...ingressFor(own.objects)];
  const { policies, leftOut } = policiesOf(objects);
  const found = podsOf(objects, policies.proxyConfigs, given);
  const { pods, services } = understandPods(found, servicesOf(objects, found, policies), given);
  const { config: meshConfig, leftOut: ofMeshConfig } = given.meshConfig ?? DEFAULT_PROFILE;
  const mesh = {
    ...{ pods, services, ...policies },
    meshConfig: scaleMeshConfig(meshConfig, given.timeScale ?? 1),
  };
  return {
    ...mesh,
    leftOut: [
      ...own.leftOut,
      ...leftOutOf(own.objects, mesh),
      ...leftOut,
      ...ofMeshConfig,
      ...danglingReferences(mesh),
    ],
    madeUp: madeUpFor(pods),
  };
}

const DEFAULT_PROFILE = { config: {}, leftOut: [] };

/** Without its null values, as an API server stores it. */
function stored(object: KubernetesObject): KubernetesObject {
  return withOriginOf(object, withoutNulls(object) as KubernetesObject);
}

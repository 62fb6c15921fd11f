import { ingressFor } from './ingress.ts';
import { leftOutOf } from './leftOut.ts';
import type { Given } from './given.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Mesh } from './model.ts';
import { podsOf } from './pods.ts';
import { policiesOf } from './policies.ts';
import { refuseDanglingReferences, refuseDuplicates } from './references.ts';
import { servicesOf } from './services.ts';
import { madeUpFor, understandPods } from './understanding.ts';

/**
 * The mesh that Kubernetes and istiod make of the objects, with what is known beside them. Throws an LabError that names the
 * object and the field where something is wrong, unknown, missing or given twice.
 */
export function meshOf(own: readonly KubernetesObject[], given: Given = {}): Mesh {
  refuseDuplicates(own);
  const objects = [...own, ...ingressFor(own)];
  const { policies, leftOut } = policiesOf(objects);
  const found = podsOf(objects);
  const { pods, services } = understandPods(found, servicesOf(objects, found), given);
  refuseDanglingReferences({ ...policies, services });
  return {
    ...{ pods, services, ...policies },
    leftOut: [...leftOutOf(own, { ...policies, services }), ...leftOut],
    madeUp: madeUpFor(pods),
  };
}

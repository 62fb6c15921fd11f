import { ingressFor } from './ingress.ts';
import { leftOutOf } from './leftOut.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Mesh } from './model.ts';
import { podsOf } from './pods.ts';
import { policiesOf } from './policies.ts';
import { refuseDanglingReferences, refuseDuplicates } from './references.ts';
import { servicesOf } from './services.ts';

/**
 * The mesh that Kubernetes and istiod make of the objects. Throws an LabError that names the
 * object and the field where something is wrong, unknown, missing or given twice.
 */
export function meshOf(given: readonly KubernetesObject[]): Mesh {
  refuseDuplicates(given);
  const objects = [...given, ...ingressFor(given)];
  const policies = policiesOf(objects);
  const pods = podsOf(objects);
  const services = servicesOf(objects, pods);
  refuseDanglingReferences({ ...policies, services });
  return { pods, services, ...policies, leftOut: leftOutOf(given, { ...policies, services }) };
}

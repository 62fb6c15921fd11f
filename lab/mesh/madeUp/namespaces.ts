/**
 * Manifests seldom hold the namespace that they are applied to. Where they do not, its pods get a
 * sidecar: without one, no rule of theirs would do anything.
 */
import type { KubernetesObject } from '../../objects/object.ts';
import { namespaceOf } from '../../objects/parse.ts';
import { ROOT_NAMESPACE } from '../model.ts';
import { makesPods } from '../workloads.ts';
import type { MadeUp } from './made.ts';

export function madeUpNamespaces(objects: readonly KubernetesObject[]): MadeUp {
  const given = new Set(
    objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name),
  );
  const wanted = new Set(
    objects
      .filter((object) => makesPods(object) || (object.kind === 'Pod' && !runs(object)))
      .map(namespaceOf)
      .filter((name) => !given.has(name) && name !== ROOT_NAMESPACE),
  );
  return {
    objects: [...wanted].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'istio-injection': 'enabled' } },
    })),
    said: [...wanted].map(
      (name) => `Namespace ${name}: made up, with sidecar injection (istio-injection: enabled).`,
    ),
  };
}

/** What runs in a cluster has a sidecar, or has none. */
function runs({ status }: KubernetesObject): boolean {
  return typeof status === 'object' && status !== null && 'podIP' in status;
}

/**
 * Objects that are no whole experiment, made into one: what they lack is made up, and said. Not for what
 * is deployed, which is what it is.
 */
import type { KubernetesObject } from '../../objects/object.ts';
import type { Given } from '../given.ts';
import { meshOf } from '../mesh.ts';
import type { Mesh } from '../model.ts';
import { scaleTimes } from '../timeScale.ts';
import { madeUpHosts } from './hosts.ts';
import { madeUpNamespaces } from './namespaces.ts';
import { madeUpSender } from './sender.ts';

export interface Completed {
  /** Those that were given, then those that are made up. */
  readonly objects: readonly KubernetesObject[];
  readonly mesh: Mesh;
}

/** @throws LabError as `meshOf` does */
export function complete(own: readonly KubernetesObject[], given: Given = {}): Completed {
  // Of rules alone nothing behaves yet.
  const rules = meshOf(own, { ...given, behaviour: undefined });
  const hosts = madeUpHosts(own, rules, given);
  const withHosts = [...own, ...scaleTimes(hosts.objects, given.timeScale ?? 1)];
  const namespaces = madeUpNamespaces(withHosts);
  const objects = [...withHosts, ...namespaces.objects];
  const before = [...hosts.said, ...namespaces.said];
  const silent = meshOf(objects, given);
  if (silent.pods.some(({ runs }) => runs.app === 'client')) {
    return { objects, mesh: saying(silent, before) };
  }
  const sender = madeUpSender(silent, given);
  const all = [...objects, ...sender.objects];
  return { objects: all, mesh: saying(meshOf(all, sender.given), [...before, ...sender.said]) };
}

function saying(mesh: Mesh, said: readonly string[]): Mesh {
  return { ...mesh, madeUp: [...said, ...mesh.madeUp] };
}

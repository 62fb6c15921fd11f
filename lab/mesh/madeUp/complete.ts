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
import type { MadeUp } from './made.ts';
import { madeUpNamespaces } from './namespaces.ts';
import { madeUpOutside } from './outside.ts';
import { madeUpSender } from './sender.ts';

export interface Completed {
  /** Those that were given, then those that are made up. */
  readonly objects: readonly KubernetesObject[];
  readonly mesh: Mesh;
}

/**
 * With somebody who sends, too.
 *
 * @throws LabError as `meshOf` does
 */
export function complete(own: readonly KubernetesObject[], given: Given = {}): Completed {
  const { objects, said } = withHouses(own, given);
  const silent = meshOf(objects, given);
  if (silent.pods.some(({ runs }) => runs.app === 'client')) {
    return { objects, mesh: saying(silent, said) };
  }
  const sender = madeUpSender(silent, given);
  const sending = [...objects, ...sender.objects];
  // Where nothing but the sender has pods, its namespace is new.
  const more = madeUpNamespaces(sending);
  const all = [...sending, ...more.objects];
  const before = [...said, ...sender.said, ...more.said];
  return { objects: all, mesh: saying(meshOf(all, sender.given), before) };
}

/**
 * With what the rules speak of, and nobody who sends but those who are there.
 *
 * @throws LabError as `meshOf` does
 */
export function housed(own: readonly KubernetesObject[], given: Given = {}): Completed {
  const { objects, said } = withHouses(own, given);
  return { objects, mesh: saying(meshOf(objects, given), said) };
}

/** Services for what is ruled, and the namespaces of the pods. */
function withHouses(own: readonly KubernetesObject[], given: Given): MadeUp {
  // Of rules alone nothing behaves yet.
  const rules = meshOf(own, { ...given, behaviour: undefined });
  const hosts = madeUpHosts(own, rules, given);
  const outside = madeUpOutside(rules);
  const made = [...hosts.objects, ...outside.objects];
  const withHosts = [...own, ...scaleTimes(made, given.timeScale ?? 1)];
  const namespaces = madeUpNamespaces(withHosts);
  return {
    objects: [...withHosts, ...namespaces.objects],
    said: [...hosts.said, ...outside.said, ...namespaces.said],
  };
}

function saying(mesh: Mesh, said: readonly string[]): Mesh {
  return { ...mesh, madeUp: [...said, ...mesh.madeUp] };
}

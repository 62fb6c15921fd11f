/** Where objects came from. Beside them, not in them: it is none of what they say, and no digest's. */
import type { KubernetesObject } from './object.ts';

/** A place in a text. */
export interface Origin {
  /** A path as it was given, or `standard input`. */
  readonly file: string;
  /** The line of what stands at a path in the object, from 1; of the nearest above it for one that is not there. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

const origins = new WeakMap<KubernetesObject, Origin>();
const components = new WeakMap<KubernetesObject, string>();

export function setOrigin(object: KubernetesObject, origin: Origin): void {
  origins.set(object, origin);
}

/** Undefined for an object that no text holds: the program's, or one that is made up. */
export function originOf(object: KubernetesObject): Origin | undefined {
  return origins.get(object);
}

export function setComponent(object: KubernetesObject, component: string): void {
  components.set(object, component);
}

/** The component of the program that made an object; undefined for one that no program made. */
export function componentOf(object: KubernetesObject): string | undefined {
  return components.get(object);
}

/** For a copy: it stands where what it was made of stands. */
export function withOriginOf(original: KubernetesObject, copy: KubernetesObject): KubernetesObject {
  const origin = origins.get(original);
  if (origin !== undefined) origins.set(copy, origin);
  const component = components.get(original);
  if (component !== undefined) components.set(copy, component);
  return copy;
}

/** `<file>:<line>` of an object, or of a field of it; undefined where no text holds it. */
export function placeOf(
  object: KubernetesObject,
  path: readonly PropertyKey[] = [],
): string | undefined {
  const origin = origins.get(object);
  return origin === undefined ? undefined : `${origin.file}:${origin.lineOf(path)}`;
}

/**
 * Where in a model a key of the stack stands: by comparing the models of the stack with two values of
 * it. So no key's way through objects, istiod and compilation is known a second time, and a model gets
 * another limit without being made anew.
 */
import type { Model } from './model.ts';

/** Property names and indices from the model to the value. */
export type Slot = readonly string[];

/**
 * The places that hold one value in the one model and the other in the other.
 *
 * @param values of the key, in the order of the models; such as nothing else has
 */
export function slotsOf(
  [one, other]: readonly [Model, Model],
  values: readonly [number, number],
): Slot[] {
  const found: Slot[] = [];
  const walk = (a: unknown, b: unknown, path: Slot): void => {
    if (a === values[0] && b === values[1]) found.push(path);
    if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return;
    for (const [name, value] of Object.entries(a)) {
      walk(value, (b as Record<string, unknown>)[name], [...path, name]);
    }
  };
  walk(one, other, []);
  return found;
}

/** Writes a value into all its places. */
export function fill(model: Model, slots: readonly Slot[], value: number): void {
  for (const slot of slots) {
    const at = slot
      .slice(0, -1)
      .reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], model);
    (at as Record<string, number>)[slot.at(-1) ?? ''] = value;
  }
}

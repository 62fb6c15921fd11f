/**
 * What one value of a key changes in a model, kept as the places that change: so that a cell of a sweep
 * is put together of what its values change, where making its model anew takes a hundred times as long.
 */

/** A place in plain data, and what stands there. */
export interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

export type Patch = readonly Change[];

/** What makes the second of the first; a list of another length is changed as a whole. */
export function patchOf(from: unknown, to: unknown, path: readonly string[] = []): Patch {
  if (Object.is(from, to)) return [];
  if (!isContainer(from) || !isContainer(to) || !haveSameFields(from, to)) {
    return [{ path, value: to }];
  }
  return Object.keys(to).flatMap((key) => patchOf(from[key], to[key], [...path, key]));
}

/** A copy with the changes in it; what does not change is shared with the original. */
export function patched<T>(data: T, patches: readonly Patch[]): T {
  return patches.flat().reduce((copy, { path, value }) => put(copy, path, value) as T, data);
}

/** Whether no change of one is at, above or below a change of another: they can be made together. */
export function areApart(patches: readonly Patch[]): boolean {
  const owners = new Map<string, number>();
  const above = new Map<string, Set<number>>();
  for (const [owner, patch] of patches.entries()) {
    for (const { path } of patch) {
      for (let depth = 0; depth <= path.length; depth += 1) {
        const place = JSON.stringify(path.slice(0, depth));
        const taken = owners.get(place);
        if (taken !== undefined && taken !== owner) return false;
        above.set(place, (above.get(place) ?? new Set()).add(owner));
      }
      owners.set(JSON.stringify(path), owner);
    }
  }
  return [...owners].every(([place, owner]) =>
    [...(above.get(place) ?? [])].every((other) => other === owner),
  );
}

function put(data: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const container = data as Container;
  const changed = put(container[key], rest, value);
  if (Array.isArray(data)) return data.with(Number(key), changed) as unknown;
  return { ...container, [key]: changed };
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function haveSameFields(a: Container, b: Container): boolean {
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key));
}

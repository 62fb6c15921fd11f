/** What stands at a path; undefined where nothing does. */
import type { Path } from './place.ts';

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null
        ? (at as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    value,
  );
}

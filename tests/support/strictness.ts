/** For schemas that must refuse what they do not know, at every depth. */
import { expect } from 'vitest';
import type { z } from 'zod';

type Path = readonly (string | number)[];

const STRANGER = 'maxConection';

/**
 * Asserts that the schema takes the example as it is, and refuses it with one unknown field more
 * in any of its objects, naming the field and where it stands.
 *
 * @param freeMaps fields whose keys are the user's own, such as labels
 */
export function expectStrict(
  schema: z.ZodType,
  example: object,
  freeMaps: readonly string[] = [],
): void {
  expect(schema.parse(example)).toEqual(example);
  for (const path of objectPaths(example)) {
    if (freeMaps.includes(String(path.at(-1)))) continue;
    const issues = schema.safeParse(withField(example, path, STRANGER)).error?.issues ?? [];
    expect(issues, `${path.join('.')}.${STRANGER}`).toMatchObject([
      { code: 'unrecognized_keys', path, keys: [STRANGER] },
    ]);
  }
}

/** The path of every object in the value, its own too. */
function objectPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...(value as unknown[]).entries()]
    : Object.entries(value);
  const below = entries.flatMap(([key, child]) => objectPaths(child, [...path, key]));
  return Array.isArray(value) ? below : [path, ...below];
}

function withField(value: object, path: Path, field: string): object {
  const copy = structuredClone(value);
  const parent = path.reduce<Record<string | number, unknown>>(
    (at, key) => at[key] as Record<string | number, unknown>,
    copy as Record<string | number, unknown>,
  );
  parent[field] = 1;
  return copy;
}

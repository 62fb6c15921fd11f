import { createHash } from 'node:crypto';

/** SHA-256 of objects as JSON: the same for the same fields, in whatever order they stand. */
export function digestOf(objects: readonly unknown[]): string {
  const canonical = JSON.stringify(objects, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('hex');
}

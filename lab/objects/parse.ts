/** Reading an object by its schema, and what every message calls it. */
import type { z } from 'zod';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import type { KubernetesObject } from './object.ts';
import { placeOf } from './origin.ts';

export const DEFAULT_NAMESPACE = 'default';

/** The namespace an object is in: kubectl's default where it names none. */
export function namespaceOf(object: KubernetesObject): string {
  return object.metadata.namespace ?? DEFAULT_NAMESPACE;
}

/** `Kind namespace/name`, the way every message names an object. */
export function nameOf(object: KubernetesObject): string {
  return `${object.kind} ${namespaceOf(object)}/${object.metadata.name}`;
}

/**
 * The value at `field` as its schema reads it.
 *
 * @throws LabError with one line for each problem, and where it stands
 */
export function parseField<S extends z.ZodType>(
  object: KubernetesObject,
  field: string,
  schema: S,
): z.infer<S> {
  const value = object[field];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = problems(result.error, value, schema, [field]);
  const places = result.error.issues.map(({ path }) => placeOf(object, [field, ...path]));
  throw new LabError(
    lines
      .map((line, index) =>
        [places[index], nameOf(object), line].filter((part) => part !== undefined),
      )
      .map((parts) => parts.join(': '))
      .join('\n'),
  );
}

/** Reading an object by its schema; errors that say where, what was found and what is allowed. */
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { InputError } from '../../errors/inputError.ts';
import type { KubernetesObject } from './object.ts';

export const DEFAULT_NAMESPACE = 'default';

/** The namespace an object is in: kubectl's default where it names none. */
export function namespaceOf(object: KubernetesObject): string {
  return object.metadata.namespace ?? DEFAULT_NAMESPACE;
}

/** `Kind namespace/name`, the way every message names an object. */
export function nameOf(object: KubernetesObject): string {
  return `${object.kind} ${namespaceOf(object)}/${object.metadata.name}`;
}

/** The value at `field` as its schema reads it, or an InputError with one line for each problem. */
export function parseField<S extends z.ZodType>(
  object: KubernetesObject,
  field: string,
  schema: S,
): z.infer<S> {
  const value = object[field];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `${nameOf(object)}: ${problem(issue, field, value, schema)}`,
  );
  throw new InputError(lines.join('\n'));
}

/** ` Did you mean 'x'?` where a known word is near, else the known words. */
export function suggestion(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const nearest = closest(word, known);
  return distance(word, nearest) <= Math.max(2, word.length / 3)
    ? ` Did you mean '${nearest}'?`
    : ` Known: ${known.join(', ')}.`;
}

function problem(
  issue: z.core.$ZodIssue,
  field: string,
  value: unknown,
  schema: z.ZodType,
): string {
  const at = (path: readonly PropertyKey[]): string => [field, ...path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(schema, issue.path));
    return issue.keys
      .map(
        (key) => `${at([...issue.path, key])} is not a field known here.${suggestion(key, known)}`,
      )
      .join('; ');
  }
  const found = valueAt(value, issue.path);
  const shown = found === undefined ? 'is missing' : `is ${JSON.stringify(found)}`;
  return `${at(issue.path)} ${shown}: ${wanted(issue)}`;
}

/** What is allowed, in the schema's own words where it has some, else in place of zod's. */
function wanted(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too) /.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') {
    return `must be one of ${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unit(issue.origin)}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unit(issue.origin)}`;
  return issue.message;
}

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of texts',
};

function unit(origin: string): string {
  if (origin === 'array') return ' entry';
  return origin === 'string' ? ' character' : '';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** The fields of the object schema that stands at the path. */
function shapeAt(schema: unknown, path: readonly PropertyKey[]): Readonly<Record<string, unknown>> {
  if (schema instanceof z.ZodOptional) return shapeAt(schema.unwrap(), path);
  const [key, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, unknown>>;
    return key === undefined ? shape : shapeAt(shape[String(key)], rest);
  }
  if (schema instanceof z.ZodArray) return shapeAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return shapeAt(schema.valueType, rest);
  return {};
}

/** What a schema has against a value, as sentences: the same mistake reads the same at every door. */
import { z } from 'zod';
import { didYouMean } from './didYouMean.ts';

/**
 * One sentence for each problem: the field, what is there, what must be.
 *
 * @param within the fields in which the value itself stands, for the sentences
 */
export function problems(
  error: z.ZodError,
  value: unknown,
  schema: z.ZodType,
  within: readonly string[] = [],
): string[] {
  return error.issues.map((issue) => problem(likeliest(issue), value, schema, within));
}

/** Of a choice between forms, what is wrong by the form that knows all the fields. */
function likeliest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const meant = issue.errors.find((form) => form.every(({ code }) => code !== 'unrecognized_keys'));
  const [first] = meant ?? [];
  if (first === undefined) return issue;
  const inner = likeliest(first);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function problem(
  issue: z.core.$ZodIssue,
  value: unknown,
  schema: z.ZodType,
  within: readonly string[],
): string {
  const at = (path: readonly PropertyKey[]): string => [...within, ...path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(schema, issue.path));
    return issue.keys
      .map((key) => {
        const hint = known.length === 0 ? '' : ` ${didYouMean(key, known)}`;
        return `${at([...issue.path, key])} is not a field known here.${hint}`;
      })
      .join('; ');
  }
  const found = valueAt(value, issue.path);
  const where = at(issue.path);
  return where === '' ? wanted(issue) : `${where}${shown(found)}: ${wanted(issue)}`;
}

/** A structure is shown where its own fields are wrong, not as a whole. */
function shown(found: unknown): string {
  if (found === undefined) return ' is missing';
  const isMap = typeof found === 'object' && found !== null && !Array.isArray(found);
  return isMap ? '' : ` is ${JSON.stringify(found)}`;
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
  if (schema instanceof z.ZodPipe) return shapeAt(schema.out, path);
  if (schema instanceof z.ZodUnion) {
    const shapes = schema.options.map((option) => Object.entries(shapeAt(option, path)));
    return Object.fromEntries(shapes.flat());
  }
  const [key, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, unknown>>;
    return key === undefined ? shape : shapeAt(shape[String(key)], rest);
  }
  if (schema instanceof z.ZodArray) return shapeAt(schema.element, rest);
  if (schema instanceof z.ZodRecord) return shapeAt(schema.valueType, rest);
  return {};
}

/**
 * What Istio itself knows of its kinds: every field, with the rules of its CustomResourceDefinitions,
 * by which an API server takes or refuses an object. `fields.json` is made of those of Istio's API
 * 1.31.1 by tests/istio/deriveFields.ts, in this notation:
 *
 *     { "host!": …, "subsets": [ … ] }   a map of fields, `!` on those that must be there; a list
 *     { "*": … }                         a map with keys of one's own
 *     { "(a | b)": "oneOf" }             of these fields at most one
 *     "string", "boolean", "number"      a value; "any" for what Istio hands on unread
 *     "integer 1..65535", "A | B"        with its bounds; one of these texts
 *     "duration"                         of at least 1ms
 *
 * What Istio's validation refuses beyond that is in the schemas beside this file.
 */
import { z } from 'zod';
import { duration } from './duration.ts';
import data from './fields.json' with { type: 'json' };

export type Fields = string | readonly Fields[] | FieldMap;
export interface FieldMap {
  readonly [name: string]: Fields;
}

export interface Kind {
  readonly apiVersions: readonly string[];
  readonly spec: Fields;
}

/** Every kind of Istio's API. */
export const KINDS: Readonly<Record<string, Kind>> = data;

/** A kind's `spec` as an API server takes it. */
export function istioSchema(kind: Kind): z.ZodType {
  return schemaOf(kind.spec);
}

const CHOICE = /^\((.*)\)$/;

/** By the notation: what it says in several places, such as `"string"`, is made once. */
const schemas = new Map<string, z.ZodType>();

/** The schema that the notation stands for. */
export function schemaOf(fields: Fields): z.ZodType {
  return once(JSON.stringify(fields), () => made(fields));
}

function once(text: string, make: () => z.ZodType): z.ZodType {
  const schema = schemas.get(text) ?? make();
  schemas.set(text, schema);
  return schema;
}

function made(fields: Fields): z.ZodType {
  if (typeof fields === 'string') return leaf(fields);
  if (isList(fields)) return z.array(schemaOf(fields[0] ?? 'any'));
  const map = fields;
  const free = map['*'];
  if (free !== undefined) return z.record(z.string(), schemaOf(free));
  const names = Object.keys(map).filter((name) => !CHOICE.test(name));
  const shape = names.map((name): [string, z.ZodType] => {
    const field = map[name] ?? 'any';
    const schema = schemaOf(field);
    if (name.endsWith('!')) return [name.slice(0, -1), schema];
    return [name, once(`${JSON.stringify(field)} or none`, () => schema.optional())];
  });
  return choicesIn(map).reduce<z.ZodType>(
    (schema, choice) =>
      schema.refine(
        (value) => choice.filter((name) => Object.hasOwn(value as object, name)).length < 2,
        {
          error: `has one of ${choice.join(', ')}, not several`,
        },
      ),
    z.strictObject(Object.fromEntries(shape)),
  );
}

function isList(fields: readonly Fields[] | FieldMap): fields is readonly Fields[] {
  return Array.isArray(fields);
}

/** Of which fields of a map there may be one. */
export function choicesIn(map: FieldMap): string[][] {
  return Object.keys(map).flatMap((name) => {
    const choice = CHOICE.exec(name)?.[1];
    return choice === undefined ? [] : [choice.split(' | ')];
  });
}

function leaf(text: string): z.ZodType {
  if (text.includes(' | ')) return z.enum(text.split(' | '));
  const [type = '', bounds] = text.split(' ');
  switch (type) {
    case 'string':
      return z.string();
    case 'boolean':
      return z.boolean();
    case 'duration':
      return duration;
    case 'integer':
    case 'number':
      return bounded(type === 'integer' ? z.number().int() : z.number(), bounds);
    default:
      return z.unknown();
  }
}

/** @param bounds such as `0..100`, `0..`; none where there are none */
function bounded(number: z.ZodNumber, bounds = '..'): z.ZodNumber {
  const [low = '', high = ''] = bounds.split('..');
  const above = low === '' ? number : number.min(Number(low));
  return high === '' ? above : above.max(Number(high));
}

/** What of an object a schema models, apart from what it does not. */
import { z } from 'zod';

export interface Parted {
  /** The value with nothing but fields that the schema has. */
  readonly modelled: unknown;
  /** The paths of the others, the outermost alone where all beneath it is. */
  readonly others: readonly string[];
}

/** Without what is null: an API server drops it before it looks. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [name, withoutNulls(field)]),
  );
}

/** @param at the path of the value itself */
export function partBy(schema: unknown, value: unknown, at: string): Parted {
  const type = within(schema);
  if (type instanceof z.ZodArray && Array.isArray(value)) {
    const items = value.map((item: unknown, i) => partBy(type.element, item, `${at}.${i}`));
    return { modelled: items.map(({ modelled }) => modelled), others: items.flatMap(othersOf) };
  }
  if (!isMap(value)) return { modelled: value, others: [] };
  const fieldAt = schemasIn(type);
  if (fieldAt === undefined) return { modelled: value, others: [] };
  const others: string[] = [];
  const fields = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    const path = `${at}.${name}`;
    const own = fieldAt(name);
    if (own === undefined) {
      others.push(path);
      return [];
    }
    const parted = partBy(own, field, path);
    others.push(...parted.others);
    return [[name, parted.modelled]];
  });
  return { modelled: Object.fromEntries(fields), others };
}

function othersOf({ others }: Parted): readonly string[] {
  return others;
}

/** The schema of a map's field by its name; undefined where the map is one value to the schema. */
function schemasIn(type: unknown): ((name: string) => unknown) | undefined {
  if (type instanceof z.ZodRecord) return () => type.valueType;
  if (!(type instanceof z.ZodObject)) return undefined;
  const shape = type.shape as Readonly<Record<string, unknown>>;
  return type.def.catchall instanceof z.ZodNever ? (name) => shape[name] : undefined;
}

function within(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? within(schema.unwrap())
    : schema;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Paths of all fields, lists without their numbers, `*` for keys of one's own. */
import { z } from 'zod';
import { choicesIn, type FieldMap, type Fields } from '../../istio/fields.ts';

export function fieldPaths(fields: Fields, at = ''): string[] {
  if (typeof fields === 'string') return [];
  if (Array.isArray(fields)) {
    return (fields as readonly Fields[]).flatMap((one) => fieldPaths(one, at));
  }
  const map = fields as FieldMap;
  const choices = new Set(choicesIn(map).map((choice) => `(${choice.join(' | ')})`));
  return Object.entries(map)
    .filter(([name]) => !choices.has(name))
    .flatMap(([name, field]) => {
      const path = join(at, name.replace(/!$/, ''));
      return [path, ...fieldPaths(field, path)];
    });
}

/** Those that a schema has. */
export function schemaPaths(schema: unknown, at = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return schemaPaths(schema.unwrap(), at);
  }
  if (schema instanceof z.ZodArray) return schemaPaths(schema.element, at);
  if (schema instanceof z.ZodRecord) {
    const path = join(at, '*');
    return [path, ...schemaPaths(schema.valueType, path)];
  }
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, unknown>).flatMap(([name, field]) => {
    const path = join(at, name);
    return [path, ...schemaPaths(field, path)];
  });
}

function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}

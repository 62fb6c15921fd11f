/**
 * How one configuration value is written. Pulumi hands every value over as text (objects as JSON),
 * and so does `lab --set`, so each codec reads text. Its `allowed` is what an error message offers.
 */
import { z } from 'zod';
import { DURATION_HINT, durationMs, parseDuration } from '../istio/duration.ts';

/** A value's reader, with the sentence that says what it allows. */
export interface Codec<T> {
  readonly schema: z.ZodType<T, string>;
  readonly allowed: string;
  readonly example: string;
  /** Of a structure's example, one field below the key, such as `.attempts`: Pulumi sets no whole. */
  readonly field?: { readonly path: string; readonly value: string };
}

/** Node's timers take 24 days, an experiment that anybody waits for takes less than one. */
const LONGEST = '24h';

export function integer(min: number, max: number, note?: string): Codec<number> {
  const allowed = `a whole number from ${min} to ${max}${note === undefined ? '' : ` (${note})`}`;
  return {
    schema: z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number)
      .pipe(z.int().min(min).max(max)),
    allowed,
    example: String(Math.max(min, 5)),
  };
}

/** The empty text leaves the field unset. */
export function optionalDuration(): Codec<string | undefined> {
  return {
    schema: z
      .string()
      .refine((text) => text === '' || (parseDuration(text) ?? 0) >= 1)
      .transform((text) => (text === '' ? undefined : text)),
    allowed: `${DURATION_HINT}, or '' for unset`,
    example: '5s',
  };
}

/** Of the experiment itself; at most a day. */
export function duration(minMs = 1): Codec<string> {
  return {
    schema: z
      .string()
      .refine(
        (text) => (parseDuration(text) ?? -1) >= minMs && durationMs(text) <= durationMs(LONGEST),
      ),
    allowed: `${DURATION_HINT}, of at most ${LONGEST}`,
    example: '5s',
  };
}

export function boolean(): Codec<boolean> {
  return {
    schema: z.enum(['true', 'false']).transform((text) => text === 'true'),
    allowed: 'true or false',
    example: 'true',
  };
}

export function choice<const T extends string>(...values: [T, ...T[]]): Codec<T> {
  return {
    schema: z.string().pipe(z.enum(values)),
    allowed: `one of ${values.join(', ')}`,
    example: values[0],
  };
}

export function text(pattern: RegExp, allowed: string, example: string): Codec<string> {
  return { schema: z.string().regex(pattern), allowed, example };
}

/** A text with a form of its own. */
export function form(
  isWellFormed: (text: string) => boolean,
  allowed: string,
  example: string,
): Codec<string> {
  return { schema: z.string().refine(isWellFormed), allowed, example };
}

/** A structured value: JSON of the shape that `schema` describes. */
export function structure<T>(schema: z.ZodType<T>, allowed: string, example: string): Codec<T> {
  return {
    schema: z
      .string()
      .transform((raw, context): unknown => {
        try {
          return JSON.parse(raw);
        } catch {
          context.addIssue({ code: 'custom', message: 'is not an object or list' });
          return z.NEVER;
        }
      })
      .pipe(schema),
    allowed,
    example,
    ...firstField(JSON.parse(example)),
  };
}

/** The first value in a structure that is none itself, and where it stands. */
function firstField(value: unknown, path = ''): Pick<Codec<unknown>, 'field'> {
  if (typeof value !== 'object' || value === null) return { field: { path, value: String(value) } };
  for (const [key, child] of Object.entries(value)) {
    const found = firstField(child, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (found.field !== undefined) return found;
  }
  return {};
}

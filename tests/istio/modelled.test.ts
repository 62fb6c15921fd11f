import { expect, test } from 'vitest';
import { z } from 'zod';
import { partBy, withoutNulls } from '../../istio/modelled.ts';

const schema = z.strictObject({
  name: z.string(),
  pool: z.strictObject({ size: z.int().optional() }).optional(),
  ports: z.array(z.strictObject({ number: z.int() })).optional(),
  labels: z.record(z.string(), z.strictObject({ text: z.string() })).optional(),
  free: z.looseObject({}).optional(),
});

test('what a schema has is kept, at every depth, and the rest named by its path', () => {
  const value = {
    name: 'a',
    pool: { size: 1, colour: 'red' },
    ports: [{ number: 1 }, { number: 2, name: 'web', more: { x: 1 } }],
    labels: { own: { text: 'b', other: 1 } },
    free: { any: { thing: 1 } },
    extra: { deep: { x: 1 } },
  };
  expect(partBy(schema, value, 'spec')).toEqual({
    modelled: {
      name: 'a',
      pool: { size: 1 },
      ports: [{ number: 1 }, { number: 2 }],
      labels: { own: { text: 'b' } },
      free: { any: { thing: 1 } },
    },
    others: [
      'spec.pool.colour',
      'spec.ports.1.name',
      'spec.ports.1.more',
      'spec.labels.own.other',
      'spec.extra',
    ],
  });
});

test('a value of the wrong form stays as it is, for the schema to refuse', () => {
  expect(partBy(schema, { pool: 'big', ports: {} }, 'spec')).toEqual({
    modelled: { pool: 'big', ports: {} },
    others: [],
  });
});

test('null goes, at every depth but in lists', () => {
  expect(withoutNulls({ a: null, b: { c: null, d: [null, { e: null }] } })).toEqual({
    b: { d: [null, {}] },
  });
});

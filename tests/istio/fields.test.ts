/** Proves that what Istio knows of its kinds is read as its notation says. */
import { describe, expect, test } from 'vitest';
import { istioSchema, KINDS, schemaOf, type Fields } from '../../istio/fields.ts';
import { fieldsIn, kindsOf, type Schema } from './deriveFields.ts';

const accepts = (fields: Fields, value: unknown): boolean =>
  schemaOf(fields).safeParse(value).success;

describe('the notation', () => {
  test.each<[Fields, unknown[], unknown[]]>([
    ['string', ['', 'a'], [1, null]],
    ['boolean', [true], ['true']],
    ['integer', [-1, 5_000_000_000], [1.5, '1']],
    ['integer 1..65535', [1, 65_535], [0, 65_536]],
    ['integer 0..', [0, 9e9], [-1]],
    ['number 0..100', [0, 0.5], [100.1]],
    ['A | B', ['A', 'B'], ['C', 'A | B']],
    ['duration', ['1ms', '1h'], ['0s', '1x', 5]],
    ['any', [1, {}, []], []],
    [['string'], [[], ['a']], ['a', [1]]],
    [{ '*': 'integer' }, [{}, { own: 1 }], [{ own: 'a' }]],
    [{ 'a!': 'string', b: 'string' }, [{ a: '' }, { a: '', b: '' }], [{}, { a: '', c: '' }]],
    [{ a: 'string', b: 'string', '(a | b)': 'oneOf' }, [{}, { a: '' }], [{ a: '', b: '' }]],
  ])('%j', (fields, good, bad) => {
    for (const value of good) expect(accepts(fields, value), JSON.stringify(value)).toBe(true);
    for (const value of bad) expect(accepts(fields, value), JSON.stringify(value)).toBe(false);
  });
});

describe('the notation is made of a CustomResourceDefinition', () => {
  const string: Schema = { type: 'string' };
  test.each<[Schema, Fields]>([
    [string, 'string'],
    [{ type: 'integer', minimum: 0 }, 'integer 0..'],
    [{ type: 'string', enum: ['A', 'B'] }, 'A | B'],
    [
      {
        ...string,
        'x-kubernetes-validations': [{ rule: "duration(self) >= duration('1ms')" }],
      },
      'duration',
    ],
    [{ type: 'object' }, 'any'],
    [{ type: 'object', additionalProperties: string }, { '*': 'string' }],
    [{ type: 'array', items: string }, ['string']],
    [
      {
        type: 'object',
        properties: { a: string, b: string },
        required: ['a'],
        oneOf: [{ not: {} }, { required: ['a'] }, { required: ['b'] }],
      },
      { 'a!': 'string', b: 'string', '(a | b)': 'oneOf' },
    ],
  ])('%j', (schema, fields) => {
    expect(fieldsIn(schema)).toEqual(fields);
  });

  test('with its versions', () => {
    const version = (name: string) => ({
      name,
      schema: { openAPIV3Schema: { properties: { spec: string } } },
    });
    const crd = {
      spec: { group: 'g.io', names: { kind: 'Kind' }, versions: [version('v1'), version('v2')] },
    };
    expect(kindsOf([crd])).toEqual({
      Kind: { apiVersions: ['g.io/v1', 'g.io/v2'], spec: 'string' },
    });
  });
});

test('every kind has its schema', () => {
  expect(Object.keys(KINDS).length).toBeGreaterThan(13);
  for (const kind of Object.values(KINDS)) {
    expect(kind.apiVersions).not.toEqual([]);
    expect(() => istioSchema(kind).safeParse({})).not.toThrow();
  }
});

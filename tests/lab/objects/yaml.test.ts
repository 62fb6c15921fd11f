/** Proves that YAML is read as kubectl reads it, and that what is none is named with its line. */
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { readYaml, writeYaml } from '../../../lab/objects/yaml.ts';
import { anyJson } from '../../support/anyText.ts';

function values(text: string): unknown[] {
  return readYaml(text, 'a.yaml').map(({ value }) => value);
}

describe('values as kubectl has them', () => {
  test.each([
    ['yes', true],
    ['[2001:db8::]', ['2001:db8::']],
    ['[2001:db8::, b]', ['2001:db8::', 'b']],
    ['[a: ]', [{ a: null }]],
    ['{a: }', { a: null }],
    ['off', false],
    ['0644', 420],
    ['10:20', '10:20'],
    ['2001-12-14', '2001-12-14'],
    ['1e3', 1000],
    ["'yes'", 'yes'],
    ['~', null],
  ])('%s', (text, value) => {
    expect(values(`a: ${text}`)).toEqual([{ a: value }]);
  });

  test('anchors and merged maps', () => {
    const text = 'one: &one {p: 1, q: 2}\ntwo:\n  <<: *one\n  q: 3\nthree: *one\n';
    expect(values(text)).toEqual([
      { one: { p: 1, q: 2 }, two: { p: 1, q: 3 }, three: { p: 1, q: 2 } },
    ]);
  });

  test.each([
    ['lines that end as on Windows', 'a: 1\r\nb: |\r\n  x\r\n  y\r\n', [{ a: 1, b: 'x\ny\n' }]],
    [
      'a mark of the encoding before each document',
      '\uFEFFa: 1\n---\n\uFEFFb: 2\n',
      [{ a: 1 }, { b: 2 }],
    ],
    ['JSON with tabs', '{\n\t"a": [\n\t\t1\n\t]\n}\n', [{ a: [1] }]],
    ['an anchor that is often used', `a: &a {b: 1}\nc: [${Array(500).fill('*a').join(', ')}]`, 1],
  ])('%s', (_, text, wanted) => {
    const found = values(text);
    if (typeof wanted === 'number') expect(found).toHaveLength(wanted);
    else expect(found).toEqual(wanted);
  });

  test.each([{ '<<': null }, { '<<': { a: 1 } }, { a: '<<' }, ['<<']])(
    '%j is written as a text, and merges nothing',
    (value) => {
      expect(values(writeYaml(value))).toEqual([value]);
    },
  );

  test('what is written is read as it was', () => {
    fc.assert(
      fc.property(anyJson, (any) => {
        // JSON has no -0.
        const value: unknown = JSON.parse(JSON.stringify(any));
        expect(values(writeYaml({ value }))).toEqual([{ value }]);
      }),
      { numRuns: 300 },
    );
  });
});

const template = 'this is a template that is still to be rendered';

test.each([
  ['a: 1\nb:\n\tc: 1\n', ':3: Tabs are not allowed as indentation'],
  ['a: 1\r\na: 2\r\n', ':2: Map keys must be unique'],
  ['a: 1\n---\nb: *c\n', ':3: Unresolved alias'],
  ['? [a, b]\n: 1\n', ':1: a key must be a text, not a map or list'],
  ['a: &a\n  b: *a\n', ':1: its aliases make it endlessly large'],
  [`a: ${'['.repeat(5000)}`, ':1: is nested too deeply'],
  [`a: &a 1\nb: [${Array(10_001).fill('*a').join(',')}]`, ':2: has more than 10000 aliases'],
  ['a: {{ .Values.a }}\n', `:1: ${template}`],
  ['{{- if .Values.a }}\na: 1\n{{- end }}\n', `:1: ${template}`],
  ['a: 1\n{{- with .Values.b }}\nb: 1\n{{- end }}\n', template],
  ['a: "{{ $labels.pod }}"\nb: [1\n', ':3: Flow sequence'],
])('%j is refused', (text, message) => {
  expect(() => values(text)).toThrow(LabError);
  expect(() => values(text)).toThrow(message);
});

test('aliases that would fill any memory are refused at once', () => {
  const levels = 'abcdefghijkl'.split('');
  const bomb = levels.map((name, index) => {
    const item = index === 0 ? 'x' : `*${levels[index - 1] ?? ''}`;
    return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
  });
  const startedAt = performance.now();
  expect(() => values(bomb.join('\n'))).toThrow('its aliases make it endlessly large');
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test('what a text of a template means is no matter of ours', () => {
  expect(values('a: "{{ $labels.pod }}"')).toEqual([{ a: '{{ $labels.pod }}' }]);
});

test('the line of each field, or of the nearest above it', () => {
  const [document] = readYaml('\na: 1\nb:\n  - c: 1\n    d:\n      e: 2\n', 'a.yaml');
  const lines = [[], ['a'], ['b'], ['b', 0, 'd'], ['b', 0, 'd', 'e'], ['b', 0, 'x', 'y'], ['z']];
  expect(lines.map((path) => document?.lineOf(path))).toEqual([2, 2, 3, 5, 6, 4, 2]);
});

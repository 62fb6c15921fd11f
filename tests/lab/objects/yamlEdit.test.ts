/** A field is changed in the text itself, and nothing else of it: layout, comments, order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editYaml, type FieldEdit, isJson } from '../../../lab/objects/yamlEdit.ts';
import { readYaml, writeYaml } from '../../../lab/objects/yaml.ts';

const TEXT = `# two of them
a: 1 # one

---
kind: Rule
spec:
    # wide
    pool: # of two
        tcp: {max: 5} # flow
        http:
            pending: 0 # none
    list:
    - x
    - y # last
    entries:
    - first: 1

      second: 2
    json: {"a": [1, 2], "b": {}}
`;

const isRule = (value: unknown): boolean => (value as { kind?: string } | null)?.kind === 'Rule';

/** What becomes of a line that is there once, by the edit. */
function changed(edit: FieldEdit): [removed: string[], added: string[]] {
  const after = editYaml(TEXT, isRule, edit)?.split('\n') ?? [];
  const before = TEXT.split('\n');
  return [
    before.filter((line) => !after.includes(line)),
    after.filter((line) => !before.includes(line)),
  ];
}

describe('an edit', () => {
  it.each<[string, FieldEdit, string[], string[]]>([
    [
      'of a value',
      { set: ['spec', 'pool', 'tcp', 'max'], to: 7 },
      ['        tcp: {max: 5} # flow'],
      ['        tcp: {max: 7} # flow'],
    ],
    [
      'of a value behind a comment',
      { set: ['spec', 'pool', 'http', 'pending'], to: 3 },
      ['            pending: 0 # none'],
      ['            pending: 3 # none'],
    ],
    [
      'that adds to a block',
      { set: ['spec', 'pool', 'http', 'requests'], to: 3 },
      [],
      ['            requests: 3'],
    ],
    [
      'that adds a whole map',
      { set: ['spec', 'pool', 'outlier'], to: { interval: '5s', errors: 0 } },
      [],
      ['        outlier:', '          interval: 5s', '          errors: 0'],
    ],
    [
      'that adds to braces',
      { set: ['spec', 'pool', 'tcp', 'timeout'], to: '1s' },
      ['        tcp: {max: 5} # flow'],
      ['        tcp: {max: 5, timeout: 1s} # flow'],
    ],
    [
      'that adds to braces what they would take apart',
      { set: ['spec', 'pool', 'tcp', 'note'], to: '(,*!' },
      ['        tcp: {max: 5} # flow'],
      ['        tcp: {max: 5, note: "(,*!"} # flow'],
    ],
    ['that adds to a list', { set: ['spec', 'list', 2], to: 'mesh' }, [], ['    - mesh']],
    [
      'that adds to brackets',
      { set: ['spec', 'json', 'a', 2], to: 3 },
      ['    json: {"a": [1, 2], "b": {}}'],
      ['    json: {"a": [1, 2, 3], "b": {}}'],
    ],
    [
      'that removes the only field of a block',
      { remove: ['spec', 'pool', 'http', 'pending'] },
      ['        http:', '            pending: 0 # none'],
      ['        http: {} # none'],
    ],
    [
      'that removes the only field in braces',
      { remove: ['spec', 'pool', 'tcp', 'max'] },
      ['        tcp: {max: 5} # flow'],
      ['        tcp: {} # flow'],
    ],
    [
      'that removes behind a dash',
      { remove: ['spec', 'entries', 0, 'first'] },
      ['    - first: 1', '      second: 2'],
      ['    - second: 2'],
    ],
  ])('%s changes nothing else', (_, edit, removed, added) => {
    expect(changed(edit)).toEqual([removed, added]);
  });

  it.each<[string, string, FieldEdit]>([
    ['behind an alias', 'kind: Rule\na: &a {b: 1}\nc: *a\n', { set: ['c', 'b'], to: 2 }],
    ['where nothing stands above it', 'kind: Rule\n', { set: ['spec', 'a'], to: 1 }],
    ['of another object', 'kind: Other\na: 1\n', { set: ['a'], to: 2 }],
    ['of what is no YAML', 'kind: Rule\na: [1\n', { set: ['b'], to: 2 }],
    ['of a field that is not there', 'kind: Rule\na: 1\n', { remove: ['b'] }],
  ])('%s is not made', (_, text, edit) => {
    expect(editYaml(text, isRule, edit)).toBeUndefined();
  });

  it('finds the last of several of one name, in a list as well', () => {
    const text = '{"kind":"List","items":[{"kind":"Rule","a":1},{"kind":"Rule","a":1}]}';
    expect(editYaml(text, isRule, { set: ['a'], to: 2 })).toBe(
      '{"kind":"List","items":[{"kind":"Rule","a":1},{"kind":"Rule","a":2}]}',
    );
  });

  it.each([null, 2])('leaves JSON what it is, with an indent of %j', (indent) => {
    const rule = { kind: 'Rule', a: '5s', b: {}, c: [1] };
    const text = JSON.stringify(rule, null, indent ?? undefined);
    const edits: [FieldEdit, object][] = [
      [
        { set: ['a'], to: '1m' },
        { ...rule, a: '1m' },
      ],
      [
        { set: ['d'], to: 'x: y' },
        { ...rule, d: 'x: y' },
      ],
      [
        { set: ['b', 'd'], to: { e: '1s' } },
        { ...rule, b: { d: { e: '1s' } } },
      ],
      [
        { set: ['c', 1], to: 'mesh' },
        { ...rule, c: [1, 'mesh'] },
      ],
      [{ remove: ['c'] }, { kind: 'Rule', a: '5s', b: {} }],
    ];
    for (const [edit, wanted] of edits) {
      expect(JSON.parse(editYaml(text, isRule, edit) ?? '')).toEqual(wanted);
    }
  });

  it('is right or is not made, whatever the text', () => {
    const key = fc.constantFrom('a', 'b', 'c d', '- e', '#f', 'true');
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const form = fc.constantFrom<(value: unknown) => string>(
      ...[0, 1, 4].map((indent) => (value: unknown) => JSON.stringify(value, null, indent)),
      (value) => `${JSON.stringify(value)} # no JSON`,
      writeYaml,
    );
    fc.assert(
      fc.property(fc.dictionary(key, tree), key, leaf, form, (spec, name, to, write) => {
        const text = write({ kind: 'Rule', spec });
        const after = editYaml(text, isRule, { set: ['spec', name], to });
        if (after === undefined) return;
        const wanted = { kind: 'Rule', spec: { ...spec, [name]: to } };
        if (isJson(text)) expect(JSON.parse(after)).toEqual(wanted);
        expect(readYaml(after, 'edited')[0]?.value).toEqual(wanted);
      }),
    );
  });
});

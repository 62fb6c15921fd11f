/** Proves how manifests are found and read, and that a wrong one is named with its line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { LabError } from '../../../errors/labError.ts';
import { loadManifests } from '../../../lab/objects/manifests.ts';
import { placeOf } from '../../../lab/objects/origin.ts';
import { writeYaml } from '../../../lab/objects/yaml.ts';
import { temporaryFolder } from '../../support/folder.ts';

let directory = '';
beforeEach(() => {
  directory = temporaryFolder();
});

function write(name: string, text: string): string {
  const file = join(directory, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function pod(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n`;
}

function names(path: string): string[] {
  return loadManifests(path).map(({ metadata }) => metadata.name);
}

test('a file has any number of documents; empty ones do not count', () => {
  expect(names(write('a.yaml', `---\n${pod('a')}---\n---\n# a word\n---\n${pod('b')}`))).toEqual([
    'a',
    'b',
  ]);
});

test('a directory is read with its folders, in order, YAML and JSON and nothing else', () => {
  write('b.yaml', pod('b'));
  write('a/z.yml', pod('az'));
  write('c.json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'c' } }));
  write('README.md', 'no manifest');
  expect(names(directory)).toEqual(['az', 'b', 'c']);
});

test('a glob is what it matches, in order; hidden files are passed over', () => {
  for (const name of ['b.yaml', 'a.yaml', 'x/c.yml', '.git/d.yaml', 'notes.md']) {
    write(name, pod(name));
  }
  expect(names(join(directory, '*.yaml'))).toEqual(['a.yaml', 'b.yaml']);
  expect(names(join(directory, '**/*.{yaml,yml}'))).toEqual(['a.yaml', 'b.yaml', 'x/c.yml']);
  expect(names(directory)).toEqual(['a.yaml', 'b.yaml', 'x/c.yml']);
  const none = join(directory, '*.toml');
  expect(() => loadManifests(none)).toThrow(
    new LabError(`${none}: no manifest matches; a file *.yaml, *.yml or *.json is wanted`),
  );
});

test('a file that PowerShell wrote is read', () => {
  const file = join(directory, 'a.yaml');
  writeFileSync(file, `\uFEFF${pod('a')}`, 'utf16le');
  expect(names(file)).toEqual(['a']);
});

test.each([
  ['kustomization.yaml', 'resources: [a.yaml]', 'a kustomization', 'kustomize build'],
  ['base/kustomization.yml', 'resources: [a.yaml]', 'a kustomization', 'kustomize build'],
  ['Chart.yaml', 'name: a', 'a Helm chart', 'helm template'],
])('what is made of %s is to be made first', (name, text, what, command) => {
  write('deployment.yaml', pod('a'));
  const file = write(name, text);
  const message = `${file}: is ${what}, of which the objects are still to be made: ${command} ${dirname(file)} > all.yaml`;
  expect(() => loadManifests(directory)).toThrow(message);
  expect(() => loadManifests(file)).toThrow(message);
});

test('every object remembers where it and its fields stand', () => {
  const file = write('a.yaml', `${pod('a')}---\n# a word\n${pod('b')}spec:\n  hostNetwork: true\n`);
  const paths = [[], [], ['spec', 'hostNetwork']];
  const [a, b] = loadManifests(file);
  const places = [a, b, b].map((object, index) => object && placeOf(object, paths[index]));
  expect(places).toEqual([`${file}:1`, `${file}:6`, `${file}:10`]);
});

test('and so does an item of a List', () => {
  const items = pod('a').replaceAll('\n', '\n    ');
  const file = write('a.yaml', `apiVersion: v1\nkind: List\nitems:\n  - ${items}\n`);
  expect(loadManifests(file).map((item) => placeOf(item, ['kind']))).toEqual([`${file}:5`]);
});

test('a list as the API server answers is its items', () => {
  const items = [{ metadata: { name: 'a' } }];
  const file = write('a.json', JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items }));
  expect(loadManifests(file)).toEqual([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }]);
});

test('labels, annotations and a namespace that are left empty are none', () => {
  const file = write(
    'a.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace:\n  labels:\n  annotations:\n',
  );
  const [only] = loadManifests(file);
  expect(only).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } });
  expect(JSON.stringify(only?.metadata)).toBe('{"name":"a"}');
});

test('a List is its items', () => {
  const items = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } }));
  const file = write('list.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  expect(names(file)).toEqual(['a', 'b']);
});

test('every object comes back as it was written', () => {
  const object = fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('ConfigMap'),
    metadata: fc.record({ name: fc.stringMatching(/^[a-z]{1,9}$/) }),
    data: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string()),
  });
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 5 }), (objects) => {
      const file = write('all.yaml', objects.map((one) => writeYaml(one)).join('---\n'));
      // fast-check's records have no prototype, objects from YAML have one.
      expect(loadManifests(file)).toEqual(JSON.parse(JSON.stringify(objects)));
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['a.yaml', `${pod('a')}---\nkind: Pod\nkind: Pod\n`, ':6: Map keys must be unique'],
  ['a.yaml', 'a: [1\n', ':2: Flow sequence'],
  ['a.yaml', `${pod('a')}---\napiVersion: v1\nmetadata: {name: x}\n`, ':5: kind is missing'],
  ['a.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {}\n', ':1: metadata.name is missing'],
  ['a.yaml', 'hello\n', ':1: this is not a Kubernetes object: it needs apiVersion'],
  [
    'a.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {version: 1}}\n',
    ':1: metadata.labels.version must be a text: put its value in quotes',
  ],
  ['a.yaml', '# nothing\n', ': holds no Kubernetes object'],
  ['a.json', '{"apiVersion": "v1",\n "kind": ]}', ':2:'],
  ['a.yaml', pod('"{{ .Release.Name }}"'), ':3: this is a template that is still to be rendered'],
  ['a.yaml', pod('{{ .Release.Name }}'), ':3: this is a template that is still to be rendered'],
])('%s %j', (name, text, message) => {
  const file = write(name, text);
  expect(() => loadManifests(file)).toThrow(LabError);
  expect(() => loadManifests(file)).toThrow(`${file}${message}`);
});

test('bytes that are no text are refused', () => {
  const file = join(directory, 'a.json');
  writeFileSync(file, Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff]));
  expect(() => loadManifests(file)).toThrow(new LabError(`${file}: is no text in UTF-8`));
});

test('a path with nothing to read is refused by its name', () => {
  const missing = join(directory, 'missing');
  expect(() => loadManifests(missing)).toThrow(
    `${missing}: there is no such file or directory of manifests`,
  );
  expect(() => loadManifests(directory)).toThrow(`${directory}: holds no manifest`);
});

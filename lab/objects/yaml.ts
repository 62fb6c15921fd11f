/**
 * YAML as an API server takes it: version 1.1, in which `yes` and `0644` are no texts, as the reader of
 * kubectl and of the API server has it (sigs.k8s.io/yaml), which knows neither `1:30` as a number nor
 * dates. JSON is YAML, so one parser gives both their line numbers.
 */
import {
  Document,
  isCollection,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  Scalar,
  type SchemaOptions,
  visit,
  type YAMLMap,
} from 'yaml';
import { LabError } from '../../errors/labError.ts';

const tagsBut =
  (others: RegExp): Extract<SchemaOptions['customTags'], (...args: never) => unknown> =>
  (tags) =>
    tags.filter(
      (tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !others.test(tag.tag)),
    );

const AS_KUBECTL: SchemaOptions = {
  schema: 'yaml-1.1',
  merge: true,
  customTags: tagsBut(/timestamp|binary/),
};

/** What is written merges nothing, so that a key `<<` can be a text like others. */
const TO_WRITE: SchemaOptions = {
  schema: 'yaml-1.1',
  customTags: tagsBut(/timestamp|binary|merge/),
};

/** What a file may come to when all its aliases are written out: a hostile one grows without end. */
const MOST_ALIASES = 10_000;
const MOST_VALUES = 2_000_000;

/** One document of a file. */
export interface YamlDocument {
  readonly value: unknown;
  /** The line of what stands at a path in it, from 1; of the nearest above where it stands elsewhere. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** A value as YAML that kubectl reads back as it was. */
export function writeYaml(value: unknown): string {
  return documentOf(value).toString({ lineWidth: 0, blockQuote: 'literal' });
}

/** As `writeYaml`, as it stands within braces or brackets. */
export function writeYamlInline(value: unknown): string {
  const list = documentOf([value]).toString({ lineWidth: 0, collectionStyle: 'flow' });
  return list.trim().slice(1, -1).trim();
}

function documentOf(value: unknown): Document {
  const document = new Document(value, { ...TO_WRITE, aliasDuplicateObjects: false });
  visit(document, {
    // Whoever reads it takes it for a merge where it has no quotes.
    Scalar: (_, scalar) => {
      if (scalar.value === '<<') scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document;
}

/** The documents of a text as they are written, for who would change it. */
export function documentsIn(text: string): Document.Parsed[] {
  const documents = parseAllDocuments(text, AS_KUBECTL);
  return Array.isArray(documents) ? [...documents] : [];
}

/**
 * The documents of a text that are not empty.
 *
 * @param where how messages call the text
 * @throws LabError with the line of what is no YAML, or a template that is still to be rendered
 */
export function readYaml(text: string, where: string): YamlDocument[] {
  const lines = new LineCounter();
  // Files that were put together may each have begun with the mark of their encoding.
  const plain = text.replace(/^\uFEFF/gm, '');
  const documents = parseAllDocuments(plain, { ...AS_KUBECTL, lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document: Document.Parsed) => {
    const lineAt = (offset: number): number => lines.linePos(offset).line;
    const refuse = (offset: number, why: string): LabError => {
      const line = lineAt(offset);
      return new LabError(`${where}:${line}: ${isTemplate(plain, line) ? TEMPLATE : why}`);
    };
    const start = document.contents?.range[0] ?? 0;
    const [error] = document.errors;
    if (error !== undefined) throw refuse(error.pos[0], sentence(error.message));
    const hasAliases = examine(document, plain, refuse);
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: -1 });
    } catch (problem) {
      throw refuse(start, sentence((problem as Error).message));
    }
    if (value === null || value === undefined) return [];
    if (hasAliases && !isBounded(value)) throw refuse(start, 'its aliases make it endlessly large');
    return [{ value, lineOf: (path) => lineAt(offsetOf(document, path) ?? start) }];
  });
}

/** @returns whether there are aliases */
function examine(
  document: Document.Parsed,
  text: string,
  refuse: (offset: number, why: string) => LabError,
): boolean {
  let aliases = 0;
  visit(document, {
    Map: (_, map) => colonsAtEnd(map, text),
    Alias: (_, { range }) => {
      aliases += 1;
      if (aliases > MOST_ALIASES) {
        throw refuse(range?.[0] ?? 0, `has more than ${MOST_ALIASES} aliases`);
      }
    },
    Pair: (_, { key }) => {
      if (isCollection(key)) {
        throw refuse(key.range?.[0] ?? 0, 'a key must be a text, not a map or list');
      }
    },
  });
  return aliases > 0;
}

/**
 * In `[2001:db8::]` the last colon is one of the text's, as nothing blank follows it: so the API server's
 * reader has it, where YAML 1.2 makes a key of it.
 */
function colonsAtEnd({ items, range }: YAMLMap, text: string): Scalar | undefined {
  const [pair, ...others] = items;
  if (pair === undefined || others.length > 0 || !range || text[range[0]] === '{') return;
  const { key, value } = pair;
  if (!isScalar(key) || key.type !== 'PLAIN' || !key.range) return;
  const isEmpty = value === null || (isScalar(value) && value.source === '');
  const [start, end] = key.range;
  if (!isEmpty || !/^:[\],}]/.test(text.slice(end, end + 2))) return;
  return new Scalar(text.slice(start, end + 1));
}

/** Whether all of it can be walked; something that holds itself cannot. */
function isBounded(value: unknown): boolean {
  const waiting = [value];
  for (let seen = 0; seen < MOST_VALUES; seen += 1) {
    if (waiting.length === 0) return true;
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const child of Object.values(next)) waiting.push(child);
  }
  return false;
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const keys = path.slice(0, length);
    const last = keys.pop();
    const parent: unknown = document.getIn(keys, true);
    if (!isCollection(parent)) continue;
    // A map's key stands where its value begins, or above it.
    const pair = parent.items.find((item) => isPairOf(item, last));
    const node = (pair as { readonly key: unknown } | undefined)?.key ?? parent.get(last, true);
    const offset = (node as { readonly range?: readonly number[] } | undefined)?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function isPairOf(item: unknown, key: PropertyKey | undefined): boolean {
  return isPair(item) && isScalar(item.key) && item.key.value === key;
}

export const TEMPLATE =
  'this is a template that is still to be rendered: give the objects that come of it, such as those of ' +
  '`helm template <chart> > all.yaml` with --manifests all.yaml';

/** Whether a line holds a directive, or the text has lines of nothing else, by which no line can be read. */
function isTemplate(text: string, line: number): boolean {
  const found = text.split('\n');
  return (
    [line - 2, line - 1].some((index) => found[index]?.includes('{{') === true) ||
    /^\s*\{\{/m.test(text)
  );
}

/** Whether a text that should be a name is a directive of a template. */
export function isDirective(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{');
}

function sentence(message: string): string {
  const [first = ''] = message.split(/ at line |\n/);
  return first.startsWith('Maximum call stack') ? 'is nested too deeply' : first;
}

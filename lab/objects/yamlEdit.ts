/**
 * Changes to a manifest as a person would make them: in the text itself, at the field that is meant. All
 * else stays as it was written: comments, order, quotes, empty lines.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { documentsIn, writeYaml, writeYamlInline } from './yaml.ts';

export type EditPath = readonly (string | number)[];

export type FieldEdit =
  { readonly set: EditPath; readonly to: unknown } | { readonly remove: EditPath };

/** Whether it is read as JSON; kubectl reads nothing else in a text that begins with a brace. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The text with a field of one of its objects changed; undefined where that cannot be done without
 * touching something else, as behind an alias. What was JSON still is.
 *
 * @param isMeant tells the object; the last one that is meant is
 */
export function editYaml(
  text: string,
  isMeant: (value: unknown) => boolean,
  edit: FieldEdit,
): string | undefined {
  const found = locate(text, isMeant);
  if (found === undefined) return undefined;
  const { document, index, within } = found;
  const path = [...within, ...('set' in edit ? edit.set : edit.remove)];
  const editor = new Editor(text, document);
  const edited = 'set' in edit ? editor.set(path, edit.to) : editor.remove(path);
  if (edited === undefined) return undefined;
  const wanted = document.toJS() as unknown;
  change(wanted, path, 'set' in edit ? { to: edit.to } : undefined);
  const after = documentsIn(edited)[index];
  const isRight =
    after?.errors.length === 0 &&
    isDeepStrictEqual(withoutEmpty(after.toJS()), withoutEmpty(wanted));
  return isRight ? edited : undefined;
}

interface Located {
  readonly document: Document.Parsed;
  readonly index: number;
  /** Where the object is in its document: a list holds several. */
  readonly within: EditPath;
}

function locate(text: string, isMeant: (value: unknown) => boolean): Located | undefined {
  const all = documentsIn(text).flatMap((document, index): Located[] => {
    const value = document.errors.length > 0 ? undefined : (document.toJS() as unknown);
    const items = (value as { readonly items?: unknown } | null | undefined)?.items;
    const inList = Array.isArray(items)
      ? items.flatMap((item, at) =>
          isMeant(item) ? { document, index, within: ['items', at] } : [],
        )
      : [];
    return isMeant(value) ? [{ document, index, within: [] }] : inList;
  });
  return all.at(-1);
}

/** What the edited value has to be. */
function change(value: unknown, path: EditPath, to: { readonly to: unknown } | undefined): void {
  const last = path.at(-1) ?? '';
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], value);
  const map = parent as Record<string | number, unknown>;
  if (to === undefined) Reflect.deleteProperty(map, last);
  else map[last] = to.to;
}

/** A map that has lost its last field says as much as one that is not there. */
function withoutEmpty(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** One change to one document of a text. */
class Editor {
  readonly #text: string;
  readonly #document: Document.Parsed;
  /** A value as it stands on one line. */
  readonly #inline: (value: unknown) => string;

  constructor(text: string, document: Document.Parsed) {
    this.#text = text;
    this.#document = document;
    this.#inline = isJson(text) ? (value) => JSON.stringify(value) : writeYamlInline;
  }

  set(path: EditPath, to: unknown): string | undefined {
    const node: unknown = this.#document.getIn(path, true);
    if (node !== undefined) {
      if (!isScalar(node) || typeof to === 'object') return undefined;
      const [start, end] = rangeOf(node as Node) ?? [];
      return start === undefined || end === undefined
        ? undefined
        : this.#replace(start, end, this.#inline(to));
    }
    const parent: unknown = this.#document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    if (isMap(parent)) return this.#insert(parent, { [String(key)]: to });
    return isSeq(parent) && key === parent.items.length ? this.#insert(parent, [to]) : undefined;
  }

  remove(path: EditPath): string | undefined {
    const parent: unknown = this.#document.getIn(path.slice(0, -1), true);
    if (!isMap(parent)) return undefined;
    const at = parent.items.findIndex((pair) => isOf(pair, path.at(-1)));
    const pair = parent.items[at];
    if (pair === undefined) return undefined;
    if (parent.items.length === 1) return this.#empty(path.slice(0, -1), parent);
    const next = parent.items[at + 1];
    const [start, end] = [keyStart(pair), this.#endOf(pair)];
    if (start === undefined || end === undefined) return undefined;
    if (parent.flow) {
      const before = parent.items[at - 1];
      const [from, to] =
        next === undefined
          ? [before === undefined ? start : (this.#endOf(before) ?? start), end]
          : [start, keyStart(next) ?? end];
      return this.#replace(from, to, '');
    }
    const line = this.#lineStart(start);
    const standsAlone = this.#text.slice(line, start).trim() === '';
    // Behind the dash of a list, the next field takes its place.
    return standsAlone
      ? this.#replace(line, this.#nextLine(end), '')
      : this.#replace(start, (next && keyStart(next)) ?? end, '');
  }

  /** A map of which nothing is left is still there: `http: {}`. */
  #empty(path: EditPath, map: YAMLMap): string | undefined {
    const [open, close] = rangeOf(map) ?? [];
    if (map.flow && open !== undefined && close !== undefined) {
      return this.#replace(open, close, '{}');
    }
    const holder: unknown = this.#document.getIn(path.slice(0, -1), true);
    const pair = isMap(holder) ? holder.items.find((one) => isOf(one, path.at(-1))) : undefined;
    const range = pair && isScalar(pair.key) ? pair.key.range : undefined;
    const end = this.#endOfCollection(map);
    if (!range || end === undefined) return undefined;
    const colon = this.#text.indexOf(':', range[1]);
    return colon < 0 ? undefined : this.#replace(colon + 1, end, ' {}');
  }

  #insert(parent: YAMLMap | YAMLSeq, added: unknown): string | undefined {
    const end = this.#endOfCollection(parent);
    if (parent.flow) {
      const close = (rangeOf(parent)?.[1] ?? 0) - 1;
      const inside = this.#inline(added).slice(1, -1).trim();
      if (close <= 0) return undefined;
      if (parent.items.length === 0) return this.#replace(close, close, ` ${inside} `);
      return end === undefined ? undefined : this.#replace(end, end, `, ${inside}`);
    }
    const start = startOfFirst(parent);
    if (end === undefined || start === undefined) return undefined;
    const first = isSeq(parent) ? this.#text.lastIndexOf('-', start) : start;
    const indent = ' '.repeat(first - this.#lineStart(first));
    const lines = writeYaml(added).trimEnd().split('\n');
    const at = this.#nextLine(end);
    const needsBreak = at === this.#text.length && !this.#text.endsWith('\n');
    const text = lines.map((line) => `${indent}${line}\n`).join('');
    return this.#replace(at, at, needsBreak ? `\n${text}` : text);
  }

  /** Where what a collection holds ends, a comment behind it not counted. */
  #endOfCollection(collection: YAMLMap | YAMLSeq): number | undefined {
    if (collection.items.length === 0) return rangeOf(collection)?.[1];
    return this.#endOf(collection.items.at(-1));
  }

  #endOf(item: unknown): number | undefined {
    if (isPair(item)) {
      const value = item.value as Node | null;
      const end = value === null ? undefined : this.#endOf(value);
      return end ?? rangeOf(item.key as Node)?.[1];
    }
    if (isCollection(item) && !(item as YAMLMap).flow && item.items.length > 0) {
      return this.#endOfCollection(item);
    }
    return rangeOf(item as Node)?.[1];
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  #nextLine(offset: number): number {
    if (this.#text[offset - 1] === '\n') return offset;
    const end = this.#text.indexOf('\n', offset);
    return end < 0 ? this.#text.length : end + 1;
  }

  #replace(start: number, end: number, by: string): string {
    return this.#text.slice(0, start) + by + this.#text.slice(end);
  }
}

function rangeOf(node: Node): readonly number[] | undefined {
  return node.range ?? undefined;
}

function isOf(pair: Pair, key: string | number | undefined): boolean {
  return isScalar(pair.key) && pair.key.value === key;
}

function keyStart({ key }: Pair): number | undefined {
  return rangeOf(key as Node)?.[0];
}

function startOfFirst({ items }: YAMLMap | YAMLSeq): number | undefined {
  const [first] = items;
  if (isPair(first)) return keyStart(first);
  const inner = isMap(first) && !first.flow ? first.items[0] : undefined;
  return inner === undefined ? rangeOf(first as Node)?.[0] : keyStart(inner);
}

/** What `--fix` writes: the edits of findings, in the texts that hold their objects. */
import { createTwoFilesPatch } from 'diff';
import { DEFAULT_NAMESPACE } from '../objects/parse.ts';
import { writeYaml } from '../objects/yaml.ts';
import { editYaml, isJson } from '../objects/yamlEdit.ts';
import type { Found } from './lint.ts';
import type { Place } from './place.ts';
import type { Edit } from './rule.ts';

export interface Fixed {
  readonly file: string;
  readonly text: string;
  /** What changed, as `diff -u` shows it. */
  readonly diff: string;
}

/**
 * The files in which something is changed.
 *
 * @param read a file's text
 */
export function fixesOf(found: readonly Found[], read: (file: string) => string): Fixed[] {
  const byFile = Map.groupBy(
    found.filter(({ finding }) => finding.fixable && finding.file !== undefined),
    ({ finding }) => finding.file ?? '',
  );
  return [...byFile].flatMap(([file, all]): Fixed[] => {
    const before = read(file);
    const text = all.reduce(fixed, before);
    if (text === before) return [];
    const diff = createTwoFilesPatch(file, file, before, text, '', '', { context: 3 });
    // What comes first is for tools that hold several.
    return [{ file, text, diff: diff.replace(/^Index: .*\n=+\n/, '') }];
  });
}

/** All edits of a finding, or none: half of them might be worse than nothing. */
function fixed(text: string, { at, edits }: Found): string {
  let now = text;
  for (const edit of edits) {
    const next = edited(now, at, edit);
    if (next === undefined) return text;
    now = next;
  }
  return now;
}

function edited(text: string, at: Place, edit: Edit): string | undefined {
  return 'add' in edit ? withObject(text, edit.add) : editYaml(text, isAt(at), edit);
}

/** With one more object. A text of JSON is one object: for two it has to be a List. */
function withObject(text: string, added: object): string | undefined {
  if (isJson(text)) {
    const { items } = JSON.parse(text) as { readonly items?: unknown };
    const [list, next] = Array.isArray(items)
      ? [text, items.length]
      : [`{"apiVersion":"v1","kind":"List","items":[\n${text.trim()}\n]}\n`, 1];
    return editYaml(list, () => true, { set: ['items', next], to: added });
  }
  const end = text.endsWith('\n') ? '' : '\n';
  return `${text}${end}---\n${writeYaml(added)}`;
}

function isAt({ kind, namespace, name }: Omit<Place, 'path'>): (value: unknown) => boolean {
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const { kind: own, metadata } = value as {
      readonly kind?: unknown;
      readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
    };
    return (
      own === kind &&
      metadata?.name === name &&
      (metadata.namespace ?? DEFAULT_NAMESPACE) === namespace
    );
  };
}

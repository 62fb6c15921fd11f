/** The stack's keys as a page: types, defaults and meanings of Pulumi.yaml, limits of config/keys.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Key, keys } from '../config/keys.ts';
import { code, table } from './markdown.ts';
import { ROOT } from './root.ts';

const declaration = z.object({
  config: z.record(
    z.string(),
    z.object({ type: z.string(), default: z.unknown(), description: z.string() }),
  ),
});

export function keyReference(): string {
  const file = join(ROOT, 'Pulumi.yaml');
  const { config } = declaration.parse(parse(readFileSync(file, 'utf8')));
  const row = (key: Key): string[] => {
    const declared = config[key];
    if (declared === undefined) throw new Error(`${file} does not declare ${key}`);
    const { allowed, example } = keys[key];
    return [
      code(key),
      code(valueText(declared.default)),
      declared.description,
      isPlain(allowed) ? allowed : `${allowed}, such as ${code(example)}`,
    ];
  };
  const parts = Object.entries(keysByPart()).map(
    ([title, own]) =>
      `## ${title}\n\n${table(['key', 'default', 'what it says', 'values'], own.map(row))}`,
  );
  return `# The keys of a stack

Made of \`Pulumi.yaml\` and \`config/keys.ts\` by \`npm run book:reference\`. How keys are set, and what they
make together: [stacks.md](../stacks.md).

${parts.join('\n\n')}
`;
}

/** What needs no example. */
function isPlain(allowed: string): boolean {
  return /^(true or false|one of |a whole number )/.test(allowed);
}

function valueText(value: unknown): string {
  if (value === '') return "''";
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The keys under the comments that head them in config/keys.ts, in its order. */
function keysByPart(): Record<string, Key[]> {
  const file = join(ROOT, 'config/keys.ts');
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const parts: Record<string, Key[]> = {};
  let title = '';
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() in keys && isInKeys(node)) {
      const comments = ts.getLeadingCommentRanges(source.text, node.pos) ?? [];
      for (const { pos, end } of comments) {
        title = source.text.slice(pos, end).replace(/^\/\/ /, '');
      }
      (parts[title] ??= []).push(node.name.getText() as Key);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return parts;
}

function isInKeys({ parent }: ts.Node): boolean {
  const holder = ts.isAsExpression(parent.parent) ? parent.parent.parent : parent.parent;
  return ts.isVariableDeclaration(holder) && holder.name.getText() === 'keys';
}

/** Every output that README and docs/ show is one that its command prints today. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, strays } from '../../book/outputs/blocks.ts';
import { SHOWN } from '../../book/outputs/shown.ts';
import { ROOT } from '../support/project.ts';
import { checkOutputs } from './checkOutputs.ts';

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

describe.each(PAGES)('%s', (page) => {
  it('shows no output without the command that prints it', () => {
    expect(strays(textOf(page))).toEqual([]);
  });

  it('has each of its outputs in the list of what is made (book/outputs/shown.ts)', () => {
    const shown = blocksOf(textOf(page)).filter(({ output }) => output !== '');
    expect(shown.map(({ command }) => command)).toEqual(
      (SHOWN[page] ?? []).map(({ command }) => command),
    );
  });
});

it('names the test of each output that is checked elsewhere', () => {
  const named = Object.values(SHOWN).flatMap((all) => all.flatMap((one) => one.checkedBy ?? []));
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

checkOutputs((checkedBy) => checkedBy === undefined);

/** docs/lint.md has a line for each rule, made of the rule's own words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RULES } from '../../lab/lint/rules.ts';
import { SUPPRESSION } from '../../lab/lint/suppression.ts';
import { ROOT } from '../support/project.ts';

it('the table is that of the rules', () => {
  const page = readFileSync(join(ROOT, 'docs/lint.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (CL\d{3}) +\| (\w+) +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, id, severity, title, fix]) => ({ id, severity, title, fix }),
  );
  expect(rows).toEqual(
    [SUPPRESSION, ...RULES].map(({ id, severity, title, fix }) => ({ id, severity, title, fix })),
  );
});

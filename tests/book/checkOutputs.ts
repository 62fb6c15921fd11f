/** Outputs that pages show, beside those that their commands print today. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { Workshop } from '../../book/outputs/make.ts';
import { blockOf } from '../../book/outputs/blockOf.ts';
import { type Shown, SHOWN } from '../../book/outputs/shown.ts';
import { afterTests } from '../support/cleanUps.ts';
import { ROOT } from '../support/project.ts';
import { formOf, isDisturbed } from './form.ts';

/** Tests that run each output's command, page by page, in the pages' order. */
export function checkOutputs(isChecked: (checkedBy: string | undefined) => boolean): void {
  for (const [page, all] of Object.entries(SHOWN)) {
    const rows = all.filter(({ checkedBy }) => isChecked(checkedBy));
    if (rows.length === 0) continue;
    describe(page, () => {
      const workshop = new Workshop(rows.some(({ needs }) => needs === 'pulumi'));
      afterTests(() => {
        workshop.remove();
      });
      for (const shown of rows) {
        it(`shows what is printed by: ${shown.command}`, async (context) => {
          const { quick, run, command } = shown;
          const text = readFileSync(join(ROOT, page), 'utf8');
          expectShown(
            page,
            shown,
            await workshop.make(text, shown, quick ?? run ?? command),
            context,
          );
        });
      }
    });
  }
}

/** Expects that a page shows this output, or, of a real run, one of its form. */
export function expectShown(
  page: string,
  shown: Shown,
  today: string,
  { skip }: TestContext,
): void {
  const { output } = blockOf(page, readFileSync(join(ROOT, page), 'utf8'), shown);
  if (shown.compared === 'words') {
    expect(output, 'npm run book:outputs writes it anew').toBe(today);
    return;
  }
  const [then, now] = [formOf(output), formOf(today)];
  skip(isDisturbed(today) && then.join() !== now.join(), 'the machine was too busy');
  expect(then, today).toEqual(now);
}

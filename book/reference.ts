/** `npm run book:reference`: writes the pages that are made of docstrings and schemas. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatted } from './markdown.ts';
import { REFERENCE } from './referencePages.ts';
import { ROOT } from './root.ts';

for (const [page, made] of Object.entries(REFERENCE)) {
  const file = join(ROOT, page);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await formatted(made()));
}

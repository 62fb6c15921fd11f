/** A bundle is loaded where it is what the sources are, and nowhere else; and is what they are. */
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { bundle } from '../../../lab/environment/bundle.ts';
import { bundleIn, MADE, toLoad } from '../../../lab/environment/bundled.ts';
import { temporaryFolder } from '../../support/folder.ts';

const ENTRY = 'lab/preview.ts';
const FILES = {
  [ENTRY]: `
    import { readFileSync } from 'node:fs';
    import { zod } from 'zod';
    import { LIMIT } from '../limit.ts';
    export const found = {
      limit: LIMIT,
      zod,
      beside: readFileSync(new URL('beside.txt', import.meta.url), 'utf8'),
      folder: import.meta.dirname,
    };
    export const later = () => import('./later.ts');`,
  'lab/later.ts': 'export const said: string = "later";',
  'apps/server/main.ts': '',
  'apps/client/main.ts': `
    export const thread = new URL('./thread.ts', import.meta.url).href;
    export const other = new URL('./other.ts', import.meta.url).href;`,
  'apps/client/thread.ts': '',
  'limit.ts': 'export const LIMIT: number = 5;',
  'lab/beside.txt': 'beside',
  'node_modules/zod/package.json': '{ "name": "zod", "type": "module", "exports": "./zod.js" }',
  'node_modules/zod/zod.js': 'export const zod = "the one that is installed";',
  'node_modules/.package-lock.json': '{}',
};

let root: string;

beforeEach(async () => {
  root = join(temporaryFolder(), 'project');
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  expect(toLoad(ENTRY, root)).toEqual(source());
  await bundle('program', root);
});

function source(): URL {
  return pathToFileURL(join(root, ENTRY));
}

it('what is loaded of it finds what lies beside the source, what is installed, and what it loads later', async () => {
  const url = toLoad(ENTRY, root);
  expect(fileURLToPath(url)).toBe(join(bundleIn(root, 'program'), 'lab/preview.mjs'));
  const { found, later } = (await import(url.href)) as {
    found: object;
    later: () => Promise<{ said: string }>;
  };
  expect(found).toEqual({
    limit: 5,
    zod: 'the one that is installed',
    beside: 'beside',
    folder: join(root, 'lab'),
  });
  expect((await later()).said).toBe('later');
});

it('a thread that is an entry itself is the one of the bundle', async () => {
  await bundle('apps', root);
  const url = toLoad('apps/client/main.ts', root);
  expect(await import(url.href)).toMatchObject({
    thread: toLoad('apps/client/thread.ts', root).href,
    other: pathToFileURL(join(root, 'apps/client/other.ts')).href,
  });
  expect(toLoad('apps/client/thread.ts', root).href).toMatch(/\/bundles\/apps\/.*thread\.mjs$/);
});

it.each([
  ENTRY,
  'lab/later.ts',
  // Of which nothing but its number is in the bundle.
  'limit.ts',
  // Something else was installed.
  'node_modules/.package-lock.json',
])('with %s changed, or gone, the sources are loaded, until it is made anew', async (path) => {
  const file = join(root, path);
  utimesSync(file, new Date(), new Date('2020-01-01'));
  expect(toLoad(ENTRY, root)).toEqual(source());
  await bundle('program', root);
  expect(toLoad(ENTRY, root)).not.toEqual(source());
  rmSync(file);
  expect(toLoad(ENTRY, root)).toEqual(source());
});

it('with another text as long and of the same time of modification, the sources are loaded', async () => {
  const file = join(root, 'limit.ts');
  const then = new Date('2020-01-01');
  utimesSync(file, then, then);
  await bundle('program', root);
  expect(toLoad(ENTRY, root)).not.toEqual(source());
  writeFileSync(file, FILES['limit.ts'].replace('5', '6'));
  utimesSync(file, then, then);
  expect(toLoad(ENTRY, root)).toEqual(source());
});

it('in a project that was moved or copied, the sources are loaded', () => {
  const moved = join(dirname(root), 'moved');
  renameSync(root, moved);
  root = moved;
  expect(toLoad(ENTRY, root)).toEqual(source());
});

it('where it was not made to its end, the sources are loaded', () => {
  writeFileSync(join(bundleIn(root, 'program'), MADE), '{ "root": ');
  expect(toLoad(ENTRY, root)).toEqual(source());
});

/**
 * Makes what lab/environment/bundled.ts looks for: `npm ci` runs it. Where it cannot, it says so; the lab
 * runs all the same.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'rolldown';
import {
  type Bundle,
  bundleIn,
  changedAt,
  ENTRIES,
  inBundle,
  MADE,
  type Made,
  PROJECT,
} from './bundled.ts';

/** Large, with parts that are loaded only where a command needs them: they stay where they are. */
const LARGE = [/^@pulumi\//, /^@kubernetes\//];
/** Libraries that the program has loaded by then. */
const LOADED = [/^zod/, /^yaml/];

const LEFT: Readonly<Record<Bundle, RegExp[]>> = {
  lab: LARGE,
  program: [...LARGE, ...LOADED],
  apps: [],
};

/** npm's own list of what is installed. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Writes a bundle of a project, in place of the one before. */
export async function bundle(name: Bundle, root = PROJECT): Promise<void> {
  const { rolldown } = await import('rolldown');
  const entries = Object.entries(ENTRIES).flatMap(([path, one]) => (one === name ? path : []));
  const dir = bundleIn(root, name);
  const read = new Map<string, number | undefined>();
  const build = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(entries.map((path) => [inBundle(path), path])),
    external: LEFT[name],
    plugins: [
      inItsPlace(read, (path) => {
        const entry = relative(root, path);
        return entries.includes(entry) ? join(dir, inBundle(entry)) : undefined;
      }),
    ],
  });
  const list = join(dir, MADE);
  rmSync(list, { force: true });
  // What a lab that runs now may still ask for, of the one before, has another name and stays.
  await build.write({ dir, entryFileNames: '[name]', chunkFileNames: '[name]-[hash].mjs' });
  const own = [...read].map(([path, ms]) => [relative(root, path), ms] as const);
  const files = [
    ...own.filter(([path]) => !path.startsWith('node_modules')),
    [INSTALLED, changedAt(join(root, INSTALLED))] as const,
  ];
  writeFileSync(list, JSON.stringify({ root, files } satisfies Made));
}

const BESIDE = /new URL\('(\.[^']+)', import\.meta\.url\)/g;

/**
 * To a source it is as if it stood where it was written, for it names files that lie beside it; of those,
 * threads are in the bundle.
 *
 * @param read gets each file that was read, of those too of which nothing is left but a number, and when it
 *   had been changed by then
 * @param placeOf where such a thread is
 */
function inItsPlace(
  read: Map<string, number | undefined>,
  placeOf: (path: string) => string | undefined,
): Plugin {
  return {
    name: 'in-its-place',
    transform(code, path) {
      if (!isAbsolute(path)) return null;
      read.set(path, changedAt(path));
      return code
        .replaceAll(BESIDE, (named, beside: string) => {
          const place = placeOf(join(dirname(path), beside));
          return place === undefined ? named : `new URL(${urlOf(place)})`;
        })
        .replaceAll('import.meta.url', () => urlOf(path))
        .replaceAll('import.meta.dirname', () => JSON.stringify(dirname(path)));
    },
  };
}

/** As a word of a source. */
function urlOf(path: string): string {
  return JSON.stringify(pathToFileURL(path).href);
}

if (import.meta.main) {
  try {
    for (const name of new Set(Object.values(ENTRIES))) await bundle(name);
  } catch (error) {
    process.stderr.write(`Not bundled, so the lab takes longer to start: ${String(error)}\n`);
  }
}

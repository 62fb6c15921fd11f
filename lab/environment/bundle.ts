/** Makes what lab/environment/bundled.ts looks for: `npm ci` runs it. */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { BUNDLES, bundleIn, changedAt, type Bundle, MADE, type Made, PROJECT } from './bundled.ts';

/** Large, with parts that are loaded only where a command needs them: they stay where they are. */
const LARGE = [/^@pulumi\//, /^@kubernetes\//];
/** What the program has loaded by then. */
const LOADED = [/^zod/, /^yaml/];

const LEFT: Readonly<Record<Bundle, RegExp[]>> = { lab: LARGE, program: [...LARGE, ...LOADED] };

/** npm's own list of what is installed. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Writes a bundle of a project, in place of the one before. */
export async function bundle(name: Bundle, root = PROJECT): Promise<void> {
  const read: string[] = [];
  const build = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(BUNDLES[name].map((path) => [path.replace(/\.ts$/, ''), path])),
    external: LEFT[name],
    plugins: [inItsPlace(read)],
  });
  const dir = bundleIn(root, name);
  const list = join(dir, MADE);
  rmSync(list, { force: true });
  // What a lab that runs now may still ask for, of the one before, has another name and stays.
  await build.write({
    dir,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  const own = read.map((path) => relative(root, path));
  const files = [...own.filter((path) => !path.startsWith('node_modules')), INSTALLED].map(
    (path) => [path, changedAt(join(root, path))] as const,
  );
  writeFileSync(list, JSON.stringify({ root, files } satisfies Made));
}

/**
 * To a source it is as if it stood where it was written, for it names files that lie beside it.
 *
 * @param read gets the path of each file that was read, of those too of which nothing is left but a number
 */
function inItsPlace(read: string[]): Plugin {
  return {
    name: 'in-its-place',
    transform(code, path) {
      if (!isAbsolute(path)) return null;
      read.push(path);
      return code
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
    },
  };
}

if (import.meta.main) {
  for (const name of Object.keys(BUNDLES) as Bundle[]) await bundle(name);
}

/**
 * The lab in a few files, as `npm ci` leaves it beside the sources: Node takes some 0.3 ms to find and read
 * each of several hundred. What is older than a source, or was made elsewhere, is not used: the sources
 * themselves are what runs then.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What is loaded by itself, and the bundle that has it: the lab's; that of the program, without the
 * libraries that a program has loaded by then; that of the apps, which know neither.
 */
export const ENTRIES = {
  'lab/commandLine.ts': 'lab',
  'lab/predict/seedThread.ts': 'lab',
  'lab/predict/sweep/worker.ts': 'lab',
  'bench/predict.ts': 'lab',
  'lab/preview.ts': 'program',
  'apps/server/main.ts': 'apps',
  'apps/client/main.ts': 'apps',
  'apps/client/thread.ts': 'apps',
} as const;

type Entry = keyof typeof ENTRIES;
export type Bundle = (typeof ENTRIES)[Entry];

/** What a bundle was made of. */
export interface Made {
  /** The project's folder. */
  readonly root: string;
  /** The path of each file from there, and when it was changed, in ms. */
  readonly files: readonly (readonly [path: string, ms: number | undefined])[];
}

export const PROJECT = join(import.meta.dirname, '../..');

/** Where a project has a bundle. */
export function bundleIn(root: string, name: Bundle): string {
  return join(root, 'node_modules/.cache/circuit-lab/bundles', name);
}

/** Its list of what it was made of: the last that is written. */
export const MADE = 'made.json';

/** What a source is called in its bundle. */
export function inBundle(entry: string): string {
  return entry.replace(/\.ts$/, '.mjs');
}

/** The file to load for one of the sources: of a bundle, where that is what they are today. */
export function toLoad(entry: Entry, root = PROJECT): URL {
  const folder = bundleIn(root, ENTRIES[entry]);
  return pathToFileURL(isOfToday(folder, root) ? join(folder, inBundle(entry)) : join(root, entry));
}

function isOfToday(folder: string, root: string): boolean {
  const made = madeOf(folder);
  return (
    made?.root === root && made.files.every(([path, ms]) => changedAt(`${root}/${path}`) === ms)
  );
}

function madeOf(folder: string): Made | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, MADE), 'utf8')) as Made;
  } catch {
    return undefined;
  }
}

/**
 * In ms; of what is not there, undefined. By the system's own account (ctime): whoever unpacks or copies
 * another version to the same place may keep the time of modification.
 */
export function changedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs;
}

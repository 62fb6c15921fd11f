/** Which files are meant by what `--manifests` names: files, folders, globs. */
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../../errors/labError.ts';

const MANIFEST = /\.(ya?ml|json)$/;

/** What makes objects of other files, by the file that says so, and what to call first. */
const MADE_BY: readonly (readonly [RegExp, string, (folder: string) => string])[] = [
  [
    /^(kustomization\.ya?ml|Kustomization)$/,
    'a kustomization',
    (folder) => `kustomize build ${folder}`,
  ],
  [/^Chart\.ya?ml$/, 'a Helm chart', (folder) => `helm template ${folder}`],
];

/**
 * The manifest files of a path, a folder's and its folders' in order of their paths. Passes over what a
 * name with a dot in front hides.
 *
 * @throws LabError where there is none, or where other files are to be made of them first
 */
export function manifestFiles(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined) return stat.isDirectory() ? filesIn(path) : [usable(path)];
  if (!/[*?[{]/.test(path)) {
    throw new LabError(`${path}: there is no such file or directory of manifests`);
  }
  const found = globSync(path).sort();
  const files = found.flatMap((one) =>
    isFolder(one) ? filesIn(one) : MANIFEST.test(one) ? [usable(one)] : [],
  );
  if (files.length > 0) return files;
  throw new LabError(`${path}: no manifest matches; a file *.yaml, *.yml or *.json is wanted`);
}

/** @throws LabError for what cannot be read as text */
export function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new LabError(`${file}: cannot be read: ${(error as Error).message}`);
  }
  return decode(bytes, file);
}

/**
 * The text of a manifest; UTF-8 unless its first bytes say otherwise, as those of PowerShell's `>` do.
 *
 * @throws LabError for bytes that are no text
 */
export function decode(bytes: Uint8Array, where: string): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new LabError(`${where}: is no text in UTF-8`);
  }
}

function filesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.split(/[/\\]/).some((part) => part.startsWith('.')))
    .map((name) => join(folder, name));
  for (const file of files) refuseSource(file);
  const manifests = files
    .filter((file) => MANIFEST.test(file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .sort();
  if (manifests.length > 0) return manifests;
  throw new LabError(`${folder}: holds no manifest; a file *.yaml, *.yml or *.json is wanted`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function usable(file: string): string {
  refuseSource(file);
  return file;
}

function refuseSource(file: string): void {
  for (const [name, what, first] of MADE_BY) {
    if (!name.test(basename(file))) continue;
    const command = first(dirname(file));
    throw new LabError(
      `${file}: is ${what}, of which the objects are still to be made: ` +
        `${command} > all.yaml, then --manifests all.yaml`,
    );
  }
}

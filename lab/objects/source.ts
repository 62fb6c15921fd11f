/** Where an experiment's objects come from: a stack of the program, or manifests on disk. */
import { basename, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../errors/labError.ts';
import { readStack, withSettings } from '../../config/stackFiles.ts';
import { saidOf, type SayingOptions } from './experimentFile.ts';
import { type Described, describe } from './experimentOf.ts';
import { filesAt, read } from './files.ts';
import { decode } from './manifestFiles.ts';
import type { Text } from './manifests.ts';
import type { KubernetesObject } from './object.ts';

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceOptions extends SayingOptions {
  /** Files, folders or globs of YAML, or `-` for standard input, in place of a stack. */
  readonly manifests?: string | readonly string[];
  /** `key=value` settings over the stack's configuration. */
  readonly set?: readonly string[];
}

export interface Source extends Described {
  readonly objects: readonly KubernetesObject[];
}

/** @throws LabError naming what cannot be used, and where it stands */
export async function loadSource(
  stack: string | undefined,
  options: SourceOptions,
): Promise<Source> {
  const paths = pathsOf(options);
  if (paths.length === 0) {
    const objects = inOrder(await stackObjects(stack, options));
    return { objects, ...describe(objects, stack ?? '', saidOf([], options)) };
  }
  refuseBoth(stack, options);
  const name = paths.map(nameOf).join(' + ');
  const { objects, said } = read(await textsOf(paths), paths.join(', '), options);
  const ordered = inOrder(objects);
  return { objects: ordered, ...describe(ordered, name, said) };
}

/** What `--manifests` names, in its order. */
export function pathsOf({ manifests = [] }: SourceOptions): readonly string[] {
  return typeof manifests === 'string' ? [manifests] : manifests;
}

function nameOf(path: string): string {
  return path === STDIN ? STDIN_NAME : basename(resolve(path));
}

const STDIN = '-';
const STDIN_NAME = 'standard input';

async function stackObjects(
  stack: string | undefined,
  { set = [] }: SourceOptions,
): Promise<KubernetesObject[]> {
  if (stack === undefined) throw new LabError('name a stack, or --manifests <file or folder>');
  const raw = withSettings(readStack(PROJECT_ROOT, stack), set);
  // Pulumi's SDK takes a second to load: only where a stack is asked for, and less of it first.
  await import('./leanSdk.ts');
  const { synthesize } = await import('./synth.ts');
  return synthesize(stack, raw);
}

function refuseBoth(stack: string | undefined, { set = [] }: SourceOptions): void {
  if (stack !== undefined) {
    throw new LabError(`name a stack ('${stack}') or --manifests, not both`);
  }
  if (set.length > 0) {
    throw new LabError('--set turns the keys of a stack; edit the manifests themselves instead');
  }
}

async function textsOf(paths: readonly string[]): Promise<Text[]> {
  const files = filesAt(paths.filter((path) => path !== STDIN));
  if (!paths.includes(STDIN)) return files;
  return [{ text: decode(await buffer(process.stdin), STDIN_NAME), where: STDIN_NAME }, ...files];
}

/** As kubectl should apply them: what others need comes first. */
const KINDS_FIRST = ['Namespace', 'ServiceAccount', 'ConfigMap', 'Service', 'Deployment', 'Pod'];

function inOrder(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const rank = ({ kind }: KubernetesObject): number =>
    KINDS_FIRST.includes(kind) ? KINDS_FIRST.indexOf(kind) : KINDS_FIRST.length;
  const name = ({ kind, metadata }: KubernetesObject): string =>
    `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
  return objects.toSorted((a, b) => rank(a) - rank(b) || compare(name(a), name(b)));
}

/** By code units: the order, and with it the digest, must not depend on the machine's language. */
function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Where an experiment's objects come from: a stack of the program, or manifests on disk. */
import { basename, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  type Experiment,
  experiment as experimentSchema,
  EXPERIMENT_CONFIG_MAP,
  EXPERIMENT_ENTRY,
} from '../../experiment/experiment.ts';
import { SERVER, SERVER_DEFAULTS } from '../../apps/contract.ts';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import { readStack, withSettings } from '../../config/stackFiles.ts';
import { DURATION_HINT, parseDuration } from '../../istio/duration.ts';
import { digestOf } from '../../experiment/digest.ts';
import { decode } from './manifestFiles.ts';
import { loadManifests, objectsOf } from './manifests.ts';
import type { KubernetesObject } from './object.ts';

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceOptions {
  /** Files, folders or globs of YAML, or `-` for standard input, in place of a stack. */
  readonly manifests?: string | readonly string[];
  /** `key=value` settings over the stack's configuration. */
  readonly set?: readonly string[];
}

export interface Source {
  readonly objects: readonly KubernetesObject[];
  readonly experiment: Experiment;
  /** SHA-256 of the objects, whatever their order. */
  readonly digest: string;
}

/** @throws LabError naming what cannot be used, and where it stands */
export async function loadSource(
  stack: string | undefined,
  options: SourceOptions,
): Promise<Source> {
  const objects = inOrder(await loadObjects(stack, options));
  const name = stack ?? pathsOf(options).map(nameOf).join(' + ');
  return { objects, experiment: experimentIn(objects, name), digest: digestOf(objects) };
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

async function loadObjects(
  stack: string | undefined,
  options: SourceOptions,
): Promise<KubernetesObject[]> {
  const { set = [] } = options;
  const paths = pathsOf(options);
  if (paths.length > 0) {
    if (stack !== undefined) {
      throw new LabError(`name a stack ('${stack}') or --manifests, not both`);
    }
    if (set.length > 0) {
      throw new LabError('--set turns the keys of a stack; edit the manifests themselves instead');
    }
    const loaded: KubernetesObject[] = [];
    for (const path of new Set(paths)) loaded.push(...(await loadFrom(path)));
    return loaded;
  }
  if (stack === undefined) throw new LabError('name a stack, or --manifests <file or folder>');
  const raw = withSettings(readStack(PROJECT_ROOT, stack), set);
  // Pulumi's SDK takes a second to load: only where a stack is asked for.
  const { synthesize } = await import('./synth.ts');
  return synthesize(stack, raw);
}

async function loadFrom(path: string): Promise<KubernetesObject[]> {
  if (path !== STDIN) return loadManifests(path);
  const text = decode(await buffer(process.stdin), STDIN_NAME);
  return objectsOf([{ text, where: STDIN_NAME }], STDIN_NAME);
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

/** The experiment that the objects themselves carry; without one, nothing is expected. */
function experimentIn(objects: readonly KubernetesObject[], name: string): Experiment {
  const record = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === EXPERIMENT_CONFIG_MAP,
  );
  const entry = (record?.['data'] as Record<string, string> | undefined)?.[EXPERIMENT_ENTRY];
  if (entry === undefined) {
    return experimentSchema.parse({ stack: name, serviceTime: serviceTimeIn(objects) });
  }
  const where = `ConfigMap ${EXPERIMENT_CONFIG_MAP}, ${EXPERIMENT_ENTRY}`;
  let data: unknown;
  try {
    data = JSON.parse(entry);
  } catch (error) {
    throw new LabError(`${where}: is not JSON: ${(error as Error).message}`);
  }
  const result = experimentSchema.safeParse(data);
  if (result.success) return result.data;
  throw new LabError(`${where}: ${problems(result.error, data, experimentSchema).join('; ')}`);
}

/** The service time of the first server that says one. */
function serviceTimeIn(objects: readonly KubernetesObject[]): string {
  const found = settingIn(objects, SERVER.delay);
  if (found === undefined) return SERVER_DEFAULTS.delay;
  if (parseDuration(found) !== undefined) return found;
  throw new LabError(
    `environment variable ${SERVER.delay} is '${found}': must be ${DURATION_HINT}`,
  );
}

/** The first value of an environment variable, wherever in an object its container stands. */
function settingIn(value: unknown, variable: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, value: text } = value as { name?: unknown; value?: unknown };
  if (name === variable && typeof text === 'string') return text;
  for (const child of Object.values(value)) {
    const found = settingIn(child, variable);
    if (found !== undefined) return found;
  }
  return undefined;
}

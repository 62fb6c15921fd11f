/** The file of an experiment that stands beside its manifests, and what the command line says over it. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import {
  type Behaviour,
  behaviourLine,
  behaviours,
  type Behaviours,
  withSamples,
} from '../../experiment/behaviour.ts';
import { experimentFile, type ExperimentFile } from '../../experiment/experimentFile.ts';
import type { UnderstoodLoad } from '../../experiment/load.ts';
import { loadLine } from '../../experiment/loadLine.ts';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import type { Text } from './manifests.ts';
import { readText } from './manifestFiles.ts';
import { readSamples, readSendAt } from './times.ts';
import { readYaml } from './yaml.ts';

const NAMES = ['experiment', 'behaviour'].flatMap((name) =>
  ['yaml', 'yml', 'json'].map((end) => `${name}.${end}`),
);

/** What a person says of an experiment, beside its objects. */
export interface Said extends Omit<ExperimentFile, 'load'> {
  readonly load?: UnderstoodLoad | undefined;
}

export interface SayingOptions {
  /** A load in one line, in place of the file's. */
  readonly load?: string;
  /** Behaviours in one line each, over the file's. */
  readonly behaviour?: readonly string[];
}

/** Files of experiments beside manifests that are named one by one; in a folder they are found anyway. */
export function besides(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return [];
  return NAMES.map((name) => join(dirname(path), name)).filter((file) => existsSync(file));
}

/** Whether a text is of an experiment, by its file's name, and no object that happens to be called so. */
export function isExperiment({ text, where }: Text): boolean {
  return NAMES.includes(basename(where)) && !/^\s*["']?apiVersion["']?\s*:/m.test(text);
}

/**
 * What files and the command line say together; undefined where they say nothing.
 *
 * @throws LabError with file and line of what cannot be used
 */
export function saidOf(
  texts: readonly Text[],
  { load, behaviour = [] }: SayingOptions,
): Said | undefined {
  if (texts.length === 0 && load === undefined && behaviour.length === 0) return undefined;
  const named = (name: string): Text[] =>
    texts.filter(({ where }) => basename(where).startsWith(`${name}.`));
  const [file, ...others] = named('experiment');
  if (others.length > 0) {
    const all = [file, ...others].map((one) => one?.where ?? '').join(' and ');
    throw new LabError(`${all}: one experiment has one such file: name manifests of one of them`);
  }
  const own: Said = file === undefined ? {} : readFile(file, experimentFile);
  const lines = behaviour.map(behaviourLine);
  const all: Behaviours = Object.fromEntries([
    ...filled(own.behaviour ?? {}, file),
    ...named('behaviour').flatMap((text) => filled(readFile(text, behaviours), text)),
    ...lines.flatMap((line) => filled({ [line.pattern]: line.behaviour })),
  ]);
  const sent =
    load === undefined
      ? own.load && withTimes(own.load, dirname(file?.where ?? '.'))
      : withTimes(loadLine(load), '.');
  return {
    ...own,
    ...(sent && { load: sent }),
    ...(Object.keys(all).length > 0 && { behaviour: all }),
  };
}

/** With the samples of the files that they name, beside the file that names them. */
function filled(given: Behaviours, of?: Text): [string, Behaviour][] {
  const folder = dirname(of?.where ?? '.');
  return Object.entries(withSamples(given, (file) => readSamples(resolve(folder, file))));
}

/** With the times of the file that it names. */
function withTimes(understood: UnderstoodLoad, folder: string): UnderstoodLoad {
  const { load, said } = understood;
  if (load.mode !== 'replay' || load.file === undefined) return understood;
  const { file, ...others } = load;
  return { load: { ...others, sendAt: readSendAt(resolve(folder, file)) }, said };
}

function readFile<S extends z.ZodType>({ text, where }: Text, schema: S): z.infer<S> {
  const [document, ...others] = readYaml(text, where);
  if (others.length > 0) {
    throw new LabError(`${where}: is one document, and not ${others.length + 1}`);
  }
  const value = document?.value ?? {};
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = problems(result.error, value, schema);
  const places = result.error.issues.map(({ path }) => document?.lineOf(path) ?? 1);
  throw new LabError(
    lines.map((line, index) => `${where}:${places[index] ?? 1}: ${line}`).join('\n'),
  );
}

/** The text of a file of manifests or of an experiment. */
export function textIn(file: string): Text {
  return { text: readText(file), where: file };
}

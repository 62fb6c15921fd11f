/** The settings given back: as lines for Pulumi's CLI, as a stack of their own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { PROJECT, quoted, type RawConfig } from '../../config/parse.ts';
import { valueIn } from '../../config/vary.ts';
import { LabError } from '../../errors/labError.ts';
import { fieldValue, NAMES, type Values, variationOf } from './settings.ts';

/** What makes the stack's file have these values, a line each; one that says so where it has them. */
export function configLines(stack: string, file: RawConfig, values: Values): string[] {
  const lines = NAMES.flatMap((name) => {
    const value = values[name];
    const { path } = variationOf(name);
    if ((valueIn(file, variationOf(name)) ?? '') === value) return [];
    const where = path.length > 0 ? `--path ${name}` : name;
    return value === ''
      ? [`pulumi config rm -s ${stack} ${where}`]
      : [`pulumi config set -s ${stack} ${where} ${quoted(value)}`];
  });
  return lines.length > 0 ? lines : [`# as Pulumi.${stack}.yaml has it`];
}

export interface Saved {
  /** The stack that was played. */
  readonly from: string;
  readonly name: string;
  readonly file: RawConfig;
  readonly values: Values;
}

/** As Pulumi allows for a stack, short enough for the name of a file. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$/;

/** What the stack was expected to show, and whose it was, says nothing of these settings. */
const NOT_KEPT = ['expect', 'seed'];

/**
 * Writes Pulumi.<name>.yaml: the stack's own with these values, and without its expectations.
 *
 * @returns the file's name
 * @throws LabError for a name that is none, or is taken
 */
export function saveStack(root: string, { from, name, file, values }: Saved): string {
  if (!NAME.test(name)) {
    throw new LabError(
      `'${name}' is no name of a stack: letters, digits, '-' and '_', at most 63, such as ${from}-played`,
    );
  }
  const document = parseDocument(readFileSync(join(root, `Pulumi.${from}.yaml`), 'utf8'));
  const at = (key: string): [string, string] => ['config', `${PROJECT}:${key}`];
  for (const key of NOT_KEPT) document.deleteIn(at(key));
  document.setIn(at('description'), `As played from ${from}`);
  for (const setting of NAMES) {
    const { key, path } = variationOf(setting);
    const value = values[setting];
    if ((valueIn(file, variationOf(setting)) ?? '') === value) continue;
    const place = [...at(key), ...path];
    if (value === '') document.deleteIn(place);
    else document.setIn(place, path.length > 0 ? fieldValue(value) : value);
  }
  const saved = `Pulumi.${name}.yaml`;
  try {
    writeFileSync(join(root, saved), document.toString({ lineWidth: 0 }), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new LabError(`${saved} is there already, and stays as it is: choose another name`);
  }
  return saved;
}

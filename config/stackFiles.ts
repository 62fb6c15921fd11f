/**
 * Reads what the Pulumi CLI would read: the defaults of Pulumi.yaml and a stack's own file.
 * For `lab`, which evaluates a stack without the CLI.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, LineCounter, parseDocument } from 'yaml';
import { didYouMean } from '../errors/didYouMean.ts';
import { LabError } from '../errors/labError.ts';
import { keys } from './keys.ts';
import { isKey, parseValue, PROJECT, quoted, type RawConfig, unknownKey } from './parse.ts';

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/** Names of the stacks that have a file in the project. */
export function listStacks(root: string): string[] {
  return readdirSync(root)
    .map((file) => STACK_FILE.exec(file)?.[1])
    .filter((name): name is string => name !== undefined)
    .sort();
}

/**
 * A stack's values over the project's defaults, as the CLI would merge them.
 *
 * @throws LabError for a missing stack, broken YAML (with its line) or a key without its project
 */
export function readStack(root: string, stack: string): RawConfig {
  const stacks = listStacks(root);
  if (!stacks.includes(stack)) {
    throw new LabError(
      `no stack '${stack}': there is no Pulumi.${stack}.yaml. ` +
        didYouMean(stack, stacks, 'Stacks'),
    );
  }
  return { ...projectDefaults(root), ...stackValues(root, `Pulumi.${stack}.yaml`) };
}

/** Of the Pulumi.yaml that was read last: whoever reads all stacks asks for the same once a stack. */
let lastDefaults: { readonly text: string; readonly defaults: RawConfig } | undefined;

/** The default of every key that Pulumi.yaml declares. */
export function projectDefaults(root: string): RawConfig {
  const file = 'Pulumi.yaml';
  const text = readFileSync(join(root, file), 'utf8');
  if (lastDefaults?.text === text) return lastDefaults.defaults;
  const declared = parseYaml(text, file).config as Record<string, { default: unknown }>;
  const defaults = Object.fromEntries(
    Object.entries(declared).map(([key, { default: value }]) => [key, asPulumiText(value)]),
  );
  lastDefaults = { text, defaults };
  return defaults;
}

/**
 * `key=value` settings of the command line, over a stack's values.
 *
 * @throws LabError for an unknown key or a value that is not allowed
 */
export function withSettings(raw: RawConfig, settings: readonly string[]): RawConfig {
  const entries = settings.map((setting): [string, string] => {
    const at = setting.indexOf('=');
    if (at < 1) {
      throw new LabError(`--set ${setting}: write it as key=value, such as --set maxConnections=5`);
    }
    const key = setting.slice(0, at);
    if (!isKey(key)) throw new LabError(`--set ${setting}: ${unknownKey(key)}`);
    const value = setting.slice(at + 1);
    parseValue(key, value, '--set', `--set ${key}=${quoted(keys[key].example)}`);
    return [key, value];
  });
  return { ...raw, ...Object.fromEntries(entries) };
}

function stackValues(root: string, file: string): RawConfig {
  const values = parseYaml(readFileSync(join(root, file), 'utf8'), file).config ?? {};
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw new LabError(`${file}: config: must be a mapping such as '${PROJECT}:maxConnections: 5'`);
  }
  const entries = Object.entries(values);
  const bare = entries.find(([key]) => !key.includes(':'))?.[0];
  if (bare !== undefined) {
    throw new LabError(`${file}: key '${bare}' lacks its project: write it as ${PROJECT}:${bare}`);
  }
  const own = entries.filter(([key]) => key.startsWith(`${PROJECT}:`));
  return Object.fromEntries(
    own.map(([key, value]) => [key.slice(PROJECT.length + 1), asPulumiText(value)]),
  );
}

/** Pulumi keeps text as it is and writes everything else as JSON. */
function asPulumiText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseYaml(text: string, file: string): Record<string, unknown> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) {
    const line = lines.linePos(error.pos[0]).line;
    throw new LabError(`${file}:${line}: not valid YAML: ${error.message}`);
  }
  if (!isMap(document.contents)) {
    throw new LabError(`${file}:1: must hold a mapping with 'config:' in it`);
  }
  return document.toJS() as Record<string, unknown>;
}

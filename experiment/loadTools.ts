/**
 * The command lines of load tools, as loads of ours. A flag that changes what is sent and is not
 * understood is said, or refused; none is passed over in silence.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'shell-quote';
import { didYouMean } from '../errors/didYouMean.ts';
import { problems } from '../errors/issues.ts';
import { LabError } from '../errors/labError.ts';
import { load, type UnderstoodLoad } from './load.ts';
import { type Flags, type Tool, TOOLS } from './loadToolFlags.ts';

/**
 * The load that a tool's command line is; undefined for what is none.
 *
 * @throws LabError for a flag that nobody knows, or a value that cannot be used
 */
export function toolLoad(line: string): UnderstoodLoad | undefined {
  const [command = []] = commandsIn(line);
  return loadOfCommand(command);
}

/** As `toolLoad`, of words that a shell has split already. */
export function loadOfCommand(words: readonly string[]): UnderstoodLoad | undefined {
  const program = basename(words[0] ?? '');
  const tool = TOOLS.find(({ name }) => name[0] === program && (name[1] ?? words[1]) === words[1]);
  return tool && understood(tool, words.slice(tool.name.length));
}

/** The commands of a shell's line, each as its words; what a variable would hold stays its name. */
export function commandsIn(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const part of parse(line, (name) => `$${name}`)) {
    if (typeof part === 'string') commands.at(-1)?.push(part);
    // A URL with a question mark reads as a pattern of file names.
    else if ('pattern' in part) commands.at(-1)?.push(part.pattern);
    else if ('op' in part && ENDS.has(part.op)) commands.push([]);
  }
  return commands.filter((command) => command.length > 0);
}

const ENDS: ReadonlySet<string> = new Set(['&&', '||', ';', '|', '&', '|&', ';;']);

function understood(tool: Tool, words: readonly string[]): UnderstoodLoad {
  const line = [...tool.name, ...words].join(' ');
  const refuse = (why: string): LabError => new LabError(`load '${line}': ${why}`);
  const { flags, positionals } = readFlags(tool, words, refuse);
  const [url, ...others] = positionals;
  if (others.length > 0) throw refuse(`'${others.join(' ')}' is one URL too many`);
  const found = tool.load(flags);
  if (typeof found === 'string') throw refuse(found);
  const headers = headersOf(flags, refuse);
  const value = {
    ...Object.fromEntries(Object.entries(found).filter(([, field]) => field !== undefined)),
    ...(url !== undefined && { url: url.includes('://') ? url : `http://${url}` }),
    ...(headers !== undefined && { headers }),
  };
  const result = load.safeParse(value);
  if (!result.success) throw refuse(problems(result.error, value, load).join('; '));
  const said = Object.keys(flags).flatMap((flag) => {
    const sentence = tool.notDone[flag];
    return sentence === undefined ? [] : `${tool.name[0]} -${flag}: ${sentence}`;
  });
  return { load: result.data, said };
}

interface Parsed {
  readonly flags: Flags;
  readonly positionals: readonly string[];
}

function readFlags(
  tool: Tool,
  words: readonly string[],
  refuse: (why: string) => LabError,
): Parsed {
  const known = [...tool.values, ...tool.switches];
  const options = Object.fromEntries([
    ...tool.values.map((flag) => [
      flag,
      { type: 'string' as const, multiple: true, ...shortOf(flag) },
    ]),
    ...tool.switches.map((flag) => [
      flag,
      { type: 'boolean' as const, multiple: true, ...shortOf(flag) },
    ]),
  ]) as Record<string, { type: 'string' | 'boolean'; multiple: true }>;
  // Go's flags may have one hyphen, however long they are.
  const args = tool.isGo ? words.map((word) => word.replace(/^-+(?=[a-zA-Z])/, '--')) : [...words];
  const { values, positionals } = parseArgs({
    args,
    options,
    allowPositionals: true,
    strict: false,
  });
  const flags: Record<string, readonly string[]> = {};
  for (const [flag, given] of Object.entries(values)) {
    if (!known.includes(flag)) {
      throw refuse(`-${flag} is not known here. ${didYouMean(flag, known)}`);
    }
    const all = (Array.isArray(given) ? given : [given]).map(String);
    if (tool.values.includes(flag) && all.includes('true')) throw refuse(`-${flag} has no value`);
    flags[flag] = all;
  }
  return { flags, positionals };
}

function shortOf(flag: string): { short?: string } {
  return flag.length === 1 ? { short: flag } : {};
}

/** Of `-H 'name: value'`, which each of the tools has. */
function headersOf(
  { H, host }: Flags,
  refuse: (why: string) => LabError,
): Readonly<Record<string, string>> | undefined {
  if (H === undefined && host === undefined) return undefined;
  const entries = (H ?? []).map((text): [string, string] => {
    const at = text.indexOf(':');
    if (at < 1) throw refuse(`-H '${text}': must be such as 'name: value'`);
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  });
  return Object.fromEntries([...entries, ...(host ?? []).map((name) => ['host', name])]) as Record<
    string,
    string
  >;
}

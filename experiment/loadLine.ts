/** A load in one line: `closed(50, requests=200)`, or the command line of a load tool as it is. */
import { z } from 'zod';
import { parseDuration } from '../apps/contract.ts';
import { problems } from '../errors/issues.ts';
import { LabError } from '../errors/labError.ts';
import { load, type UnderstoodLoad } from './load.ts';
import { toolLoad } from './loadTools.ts';

export const LOAD_HINT =
  "a load such as 'batch(10, every=20s)', 'closed(50, requests=200)', 'paced(10/s)', 'poisson(40/s)', " +
  "'steps(10/s for 5s, 50/s for 5s)', 'replay(times.csv)', or a command line of fortio, hey or siege";

/** The field that the value without a name is of, by mode. */
const FIRST: Readonly<Record<string, (value: string) => string>> = {
  batch: () => 'size',
  closed: () => 'workers',
  paced: (value) => (parseDuration(value) === undefined ? 'rate' : 'every'),
  poisson: () => 'rate',
  steps: () => 'steps',
  replay: () => 'file',
};

/** Fields with numbers; every other one is a text. */
const NUMBERS = new Set(['size', 'workers', 'requests', 'seed']);

/** @throws LabError for a line that is no load */
export function loadLine(line: string): UnderstoodLoad {
  const tool = toolLoad(line);
  if (tool !== undefined) return tool;
  const [, mode = '', inside = ''] = /^\s*(\w+)\s*\((.*)\)\s*$/s.exec(line) ?? [];
  const firstField = FIRST[mode];
  if (firstField === undefined) throw new LabError(`load '${line}': must be ${LOAD_HINT}`);
  const words = inside.split(',').map((word) => word.trim());
  const isNamed = (word: string): boolean => /^[a-z][a-zA-Z]*\s*=/.test(word);
  const named = words.filter(isNamed).map((word): [string, unknown] => {
    const at = word.indexOf('=');
    return valueOf(word.slice(0, at).trim(), word.slice(at + 1).trim());
  });
  // Of all modes, only steps are several values; they stand in one text.
  const first = words.filter((word) => word !== '' && !isNamed(word)).join(', ');
  const value = {
    mode,
    ...(first !== '' && Object.fromEntries([valueOf(firstField(first), first)])),
    ...Object.fromEntries(named),
  };
  const result = load.safeParse(value);
  if (result.success) return { load: result.data, said: [] };
  throw new LabError(
    `load '${line}': ${problems(result.error, value, load).join('; ')}. Allowed: ${LOAD_HINT}`,
  );
}

function valueOf(field: string, text: string): [string, unknown] {
  return [field, NUMBERS.has(field) && /^\d+$/.test(text) ? Number(text) : text];
}

/** A load as an experiment's file has it: its fields, or one line. */
export const someLoad = z.union([
  z.string().transform((line, context): UnderstoodLoad => {
    try {
      return loadLine(line);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  }),
  load.transform((given): UnderstoodLoad => ({ load: given, said: [] })),
]);

/** Where a command says what: its document on standard output, once, in the format it is asked for. */
import { Option } from 'commander';
import type { DocumentName, Documents, Format } from '../report/format.ts';
import { FORMATS } from '../report/formats.ts';
import { text } from '../report/text.ts';
import { LabError } from '../../errors/labError.ts';
import type { Judgement } from '../../experiment/observation.ts';

/** A script can tell a mesh that does otherwise from a run that could not tell; 2 is bad input. */
const EXIT_CODES: Readonly<Record<Judgement, number>> = {
  holds: 0,
  'does not hold': 1,
  inconclusive: 3,
};

export function exitCodeOf(outcome: Judgement): number {
  return EXIT_CODES[outcome];
}

/** Of a prediction that was put to the test, or was not. */
export function exitCodeOfCheck(check: { readonly agrees: boolean | null } | null): number {
  if (check === null || check.agrees === true) return exitCodeOf('holds');
  return exitCodeOf(check.agrees === null ? 'inconclusive' : 'does not hold');
}

export interface OutputOptions {
  readonly format?: string;
  readonly json?: true;
  /** Of the commands that have it. */
  readonly csv?: true;
}

/** The options of a command that prints one of these documents. */
export function outputOptions(...documents: readonly DocumentName[]): Option[] {
  const names = Object.entries(FORMATS)
    .filter(([, { renderers }]) => documents.some((document) => document in renderers))
    .map(([name]) => name);
  return [
    new Option('--format <format>', 'print the result so').choices(names),
    new Option('--json', 'short for --format json: one document, and nothing else there').conflicts(
      'format',
    ),
  ];
}

function formatOf({
  json,
  csv,
  format = json ? 'json' : csv ? 'csv' : 'text',
}: OutputOptions): Format {
  return (Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined) ?? text;
}

/** What the words of a command line ask for, of whichever command they are. */
export function formatIn(words: readonly string[]): Format {
  const named = words.flatMap((word, index) =>
    word === '--format' ? (words[index + 1] ?? []) : (/^--format=(.*)/.exec(word)?.[1] ?? []),
  );
  const short = ['json', 'csv'].find((name) => words.includes(`--${name}`));
  const format = short ?? named.at(-1);
  return formatOf(format === undefined ? {} : { format });
}

export interface Output<Name extends DocumentName> {
  /** Whether the result is for people: text, among other text. */
  readonly isForPeople: boolean;
  /** For what goes on before the result. */
  readonly progress: NodeJS.WriteStream;
  readonly print: (document: Documents[Name]) => void;
}

/**
 * How a command prints its document: asked before anything starts, which a wrong format ends.
 *
 * @throws LabError for a format that does not tell of this document
 */
export function outputOf<Name extends DocumentName>(
  name: Name,
  options: OutputOptions,
): Output<Name> {
  const { stdout, stderr } = process;
  const { alone, renderers } = formatOf(options);
  const render = renderers[name];
  if (render === undefined) {
    throw new LabError(`--format ${options.format ?? ''}: does not tell of one ${name}`);
  }
  return {
    isForPeople: !alone,
    progress: alone ? stderr : stdout,
    print: (document) => {
      stdout.write(render(document, stdout.isTTY && stdout.hasColors()));
    },
  };
}

/** Where the commands that run experiments say what: results on standard output, once. */

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

interface OutputOptions {
  readonly json?: true;
}

/** What goes on while they run; standard output is the document's alone where one is printed. */
export function progressStream({ json }: OutputOptions): NodeJS.WriteStream {
  return json ? process.stderr : process.stdout;
}

/** @param report the result as text, with or without terminal colours */
export function printResult(
  document: object,
  report: (colour: boolean) => string,
  { json }: OutputOptions,
): void {
  const { stdout } = process;
  stdout.write(
    json
      ? `${JSON.stringify(document, null, 2)}\n`
      : `\n${report(stdout.isTTY && stdout.hasColors())}`,
  );
}

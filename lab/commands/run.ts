/** `lab run`: one experiment on the local platform, from its source to a verdict. */
import { observation as observationSchema } from '../../experiment/observation.ts';
import { terminalReport } from '../report/terminal.ts';
import { observe } from './observe.ts';
import { exitCodeOf, printResult, progressStream } from './output.ts';
import { paceOf, prepare, type RunOptions } from './prepare.ts';
import { fullView } from './views.ts';

export interface RunOneOptions extends RunOptions {
  readonly hey?: true;
}

/** @returns the verdict's exit code */
export async function run(stack: string | undefined, options: RunOneOptions): Promise<number> {
  const prepared = await prepare(stack, options, paceOf(options));
  const observation = await observe(
    { ...prepared, hey: options.hey === true },
    fullView(progressStream(options)),
  );

  printResult(
    observationSchema.parse(observation),
    (colour) => terminalReport(observation, colour),
    options,
  );
  return exitCodeOf(observation.verdict.outcome);
}

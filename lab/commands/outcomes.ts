/** `lab outcomes`: the warm batches of a recorded run, in the words of a prediction. */
import { Command } from 'commander';
import { outcomeCountsOf } from '../analysis/outcomeCounts.ts';
import { readObservation } from './observationFile.ts';
import { withOptions } from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';

export const command = withOptions(
  new Command('outcomes')
    .description('count what became of the requests in the warm batches of a recorded run')
    .argument('<observation>', 'a file that lab run --json has written'),
  outputOptions('outcomes'),
).action((file: string, options: OutputOptions) => {
  const output = outputOf('outcomes', options);
  output.print(outcomeCountsOf(readObservation(file)));
});

/** `lab doctor`: what this machine has of what the lab uses. */
import { Command } from 'commander';
import { diagnose } from '../environment/doctor.ts';
import { EXIT_BAD_INPUT } from './failure.ts';
import { withOptions } from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';

export const command = withOptions(
  new Command('doctor').description(
    'say what is present, what each is needed for, and how to get it',
  ),
  outputOptions('doctor'),
).action(async (options: OutputOptions) => {
  const output = outputOf('doctor', options);
  const diagnosis = await diagnose();
  output.print(diagnosis);
  process.exitCode = diagnosis.localPlatformReady ? 0 : EXIT_BAD_INPUT;
});

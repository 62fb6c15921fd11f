/** The commands, read from the words that the lab was called with, and what becomes of an error. */
import { Command } from 'commander';
import { failureOf } from './commands/failure.ts';
import { endWithReader } from './commands/interrupt.ts';
import { formatIn } from './commands/output.ts';
import type { Format } from './report/format.ts';

/** Each is one file, which is read where it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  list: () => import('./commands/list.ts'),
  run: () => import('./commands/run.ts'),
  play: () => import('./commands/play.ts'),
  observe: () => import('./commands/observe.ts'),
  report: () => import('./commands/report.ts'),
  compare: () => import('./commands/compare.ts'),
  predict: () => import('./commands/predict.ts'),
  sweep: () => import('./commands/sweep.ts'),
  recommend: () => import('./commands/recommend.ts'),
  recover: () => import('./commands/recover.ts'),
  outcomes: () => import('./commands/outcomes.ts'),
  up: () => import('./commands/pulumi/up.ts'),
  preview: () => import('./commands/pulumi/preview.ts'),
  output: () => import('./commands/pulumi/output.ts'),
  cancel: () => import('./commands/pulumi/cancel.ts'),
  down: () => import('./commands/pulumi/down.ts'),
  env: () => import('./commands/pulumi/env.ts'),
  record: () => import('./commands/record.ts'),
  preflight: () => import('./commands/preflight.ts'),
  synth: () => import('./commands/synth.ts'),
  mesh: () => import('./commands/mesh.ts'),
  alerts: () => import('./commands/alerts.ts'),
  lint: () => import('./commands/lint.ts'),
  import: () => import('./commands/import.ts'),
  init: () => import('./commands/init.ts'),
  config: () => import('./commands/config.ts'),
  doctor: () => import('./commands/doctor.ts'),
  schema: () => import('./commands/schema.ts'),
};

/** All that a process does which was started as `lab`. */
export async function main(): Promise<void> {
  const words = process.argv.slice(2);
  endWithReader();
  // Node's own code for it, 1, would say that the verdict does not hold.
  process.on('uncaughtException', (error) => {
    fail(error, formatIn(words));
    process.exit();
  });
  await runCommand(words);
}

/** Does what the words say, and leaves its exit code behind. */
export async function runCommand(words: readonly string[]): Promise<void> {
  const [name = ''] = words;
  const format = formatIn(words);
  try {
    const program = new Command('lab')
      .description('Finds out before production does what an Istio circuit breaker will really do.')
      .showHelpAfterError('(--help lists what there is)')
      .exitOverride();
    // Commander's own messages would stand beside the document.
    if (format.alone) program.configureOutput({ writeErr: () => undefined });
    const all = Object.entries(COMMANDS);
    const named = all.filter(([command]) => command === name);
    for (const [, load] of named.length > 0 ? named : all) {
      const { command } = await load();
      program.addCommand(command.copyInheritedSettings(program));
    }
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    fail(error, format);
  }
}

function fail(error: unknown, format: Format): void {
  const { exitCode, text } = failureOf(error, format);
  process.stderr.write(text);
  process.exitCode = exitCode;
}

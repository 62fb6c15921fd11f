/** `lab compare`: two stacks run side by side, or recorded runs, and in what they differ. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { LabError } from '../../errors/labError.ts';
import type { RawConfig } from '../../config/parse.ts';
import { listStacks, readStack, withSettings } from '../../config/stackFiles.ts';
import type { Observation } from '../../experiment/observation.ts';
import { isFailure } from '../../experiment/summary.ts';
import { comparisonOf, type Side } from '../analysis/comparison.ts';
import { SideBySideView } from '../report/sideBySideView.ts';
import { loadSource, PROJECT_ROOT } from '../objects/source.ts';
import { untilInterrupted } from './interrupt.ts';
import { readObservation } from './observationFile.ts';
import { BATCHES, SET, TIME_SCALE, withOptions } from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';
import type { Prepared } from '../watch/observe.ts';
import { paceOf, prepare, type RunOptions } from './prepare.ts';
import { runSideBySide } from './sideBySide.ts';

export const command = withOptions(
  new Command('compare')
    .description('run two stacks, or read two observations, and say in what they differ')
    .argument('<a>', 'a stack, or a file that lab run --json has written')
    .argument('<b>', 'another one'),
  [SET, BATCHES, TIME_SCALE, ...outputOptions('comparison')],
).action(compare);

export type CompareOptions = RunOptions & OutputOptions;

/** A side that was run before, or one that is ready to run. */
type Opened = Side | (Omit<Side, 'observation'> & { readonly prepared: Prepared });

/** @throws LabError for what is neither a stack nor a recorded run, or where one cannot run */
export async function compare(
  first: string,
  second: string,
  options: CompareOptions,
): Promise<void> {
  const output = outputOf('comparison', options);
  if (first === second) {
    throw new LabError(`'${first}' would be compared with itself: name two different ones`);
  }
  if (isFile(first) && isFile(second)) refuseSettings(options);
  // Both before either runs: so what cannot be used is said at once.
  const a = await open(first, options);
  const b = await open(second, options);
  const toRun = [a, b].flatMap((one) => ('prepared' in one ? [one.prepared] : []));
  const view = new SideBySideView(output.progress, toRun.length);
  const endings = await untilInterrupted((signal) =>
    runSideBySide(toRun, { jobs: toRun.length, signal, view }),
  ).finally(() => {
    view.end();
  });

  const sideOf = (opened: Opened): Side => {
    if (!('prepared' in opened)) return opened;
    const { prepared, ...side } = opened;
    const ending = endings.get(prepared);
    if (ending === undefined || isFailure(ending)) {
      const message = `${side.name} could not run: ${ending?.reason ?? 'it was lost'}`;
      const code = ending?.code ?? 'crash';
      throw code === 'crash' ? new Error(message) : new LabError(message, code);
    }
    return { ...side, observation: ending };
  };
  const comparison = comparisonOf(
    { ...sideOf(a), name: shortName(first, second) },
    { ...sideOf(b), name: shortName(second, first) },
  );
  output.print(comparison);
}

async function open(name: string, options: RunOptions): Promise<Opened> {
  if (isFile(name)) {
    const observation = readObservation(name);
    return { name, observation, configuration: await recordedConfiguration(observation) };
  }
  const prepared = await prepare(name, options, paceOf(options));
  const configuration = withSettings(readStack(PROJECT_ROOT, name), options.set ?? []);
  return { name, prepared, configuration };
}

/** A file without its folder, unless the other one is called so too. */
function shortName(name: string, other: string): string {
  return basename(name) === basename(other) ? name : basename(name);
}

function isFile(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isFile() === true;
}

function refuseSettings({ set = [], batches, timeScale }: RunOptions): void {
  const given = Object.entries({ set: set[0], batches, 'time-scale': timeScale })
    .filter(([, value]) => value !== undefined)
    .map(([option]) => `--${option}`);
  if (given.length > 0) {
    throw new LabError(`${given.join(', ')}: both runs are recorded, so nothing runs again`);
  }
}

/**
 * An observation names its stack without the settings; those of today are known to be the run's
 * where they make the very objects that ran.
 */
async function recordedConfiguration({ stack, digest }: Observation): Promise<RawConfig | null> {
  if (!listStacks(PROJECT_ROOT).includes(stack)) return null;
  const today = await loadSource(stack, {});
  return today.digest === digest ? readStack(PROJECT_ROOT, stack) : null;
}

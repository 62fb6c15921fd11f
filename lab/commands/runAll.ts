/** `lab run --all`: every stack that expects something, side by side, and one table of verdicts. */
import { availableParallelism } from 'node:os';
import { LabError } from '../../errors/labError.ts';
import { listStacks, readStack, withSettings } from '../../config/stackFiles.ts';
import type { Observation } from '../../experiment/observation.ts';
import {
  type Failure,
  isFailure,
  type Summary,
  summary as summarySchema,
} from '../../experiment/summary.ts';
import type { Foretelling } from '../../experiment/foretold.ts';
import { overall } from '../analysis/verdict.ts';
import { foretell } from '../predict/foretell.ts';
import { SideBySideView } from '../report/sideBySideView.ts';
import { pathsOf, PROJECT_ROOT, type SourceOptions } from '../objects/source.ts';
import type { Prepared } from '../watch/observe.ts';
import type { Pace } from '../watch/prepared.ts';
import { EXIT_BAD_INPUT, EXIT_CRASH } from './failure.ts';
import { untilInterrupted } from './interrupt.ts';
import { inOrder } from './list.ts';
import { exitCodeOf, type OutputOptions, outputOf } from './output.ts';
import { fileName, leavePage, type ReportOptions } from './reportFile.ts';
import { paceOf, prepare, type RunOptions, wholeNumber } from './prepare.ts';
import { failureIn, runSideBySide } from './sideBySide.ts';

export interface RunAllOptions extends RunOptions, OutputOptions, ReportOptions {
  /** Names of stacks, with commas between them. */
  readonly only?: string;
  readonly jobs?: string;
  readonly hey?: true;
  readonly serveMetrics?: true;
}

/**
 * An experiment mostly waits for its own service times. Fifteen on two idle cores at time scale 0.2
 * took 105 s with 2 at a time, 66 s with 4 and 37 to 43 s with 8, where all 15 verdicts held, twice;
 * all fifteen at once took 24 to 31 s, and 14 and 15 of 15 held.
 */
const JOBS_PER_CORE = 4;

/** @returns the exit code of all verdicts together; 2 where one could not run, 70 where the lab broke in one */
export async function runAll(stack: string | undefined, options: RunAllOptions): Promise<number> {
  const output = outputOf('summary', options);
  // What is wrong with the command itself is said once, not for each of the stacks.
  refuseOneSource(stack, options);
  withSettings({}, options.set ?? []);
  const pace = paceOf(options);
  const jobs =
    options.jobs === undefined
      ? JOBS_PER_CORE * availableParallelism()
      : wholeNumber('--jobs', options.jobs, 100);
  const stacks = options.only === undefined ? listStacks(PROJECT_ROOT) : named(options.only);

  const startedAt = performance.now();
  const { experiments, failures } = await prepareAll(stacks, options, pace);
  // A stack that was asked for by name runs whether it expects something or not.
  const isLeftOut = ({ experiment }: Prepared): boolean =>
    options.only === undefined && experiment.expect.length === 0;
  const chosen = experiments.filter((one) => !isLeftOut(one));
  const view = new SideBySideView(output.progress, chosen.length + failures.length);
  for (const { experiment } of experiments.filter(isLeftOut)) {
    view.note(`${experiment.stack} is left out: it expects nothing`);
  }
  for (const failure of failures) view.ended(failure);
  const predictions = await predictionsOf(chosen);
  const endings = await untilInterrupted((signal) =>
    runSideBySide(chosen, { jobs, signal, view }),
  ).finally(() => {
    view.end();
  });

  const observations: Observation[] = [];
  for (const [prepared, ending] of endings) {
    const prediction = predictions.get(prepared);
    if (isFailure(ending)) failures.push(ending);
    else observations.push({ ...ending, ...(prediction && { prediction }) });
  }
  observations.sort((a, b) => inOrder(a.experiment, b.experiment));
  const summary: Summary = {
    timeScale: pace.timeScale,
    durationMs: Math.round(performance.now() - startedAt),
    outcome: overall([
      ...observations.map(({ verdict }) => verdict.outcome),
      ...failures.map(() => 'does not hold' as const),
    ]),
    observations,
    failures,
  };
  output.print(summarySchema.parse(summary));
  await leaveIndex(summary, options, output.isForPeople);
  if (failures.some(({ code }) => code === 'crash')) return EXIT_CRASH;
  if (failures.length > 0) return EXIT_BAD_INPUT;
  return exitCodeOf(summary.outcome);
}

/** The page of every run, and one that leads to each. */
async function leaveIndex(
  summary: Summary,
  options: ReportOptions,
  isForPeople: boolean,
): Promise<void> {
  const pageOf = (stack: string): string => `${fileName(stack)}.html`;
  await leavePage(
    {
      ...{ name: 'all', of: 'all runs', document: summary },
      beside: new Map(
        summary.observations.map((observation) => [
          pageOf(observation.stack),
          async () => {
            const { reportPage } = await import('../report/html/page.ts');
            return reportPage([{ name: observation.stack, observation }]);
          },
        ]),
      ),
      page: async () => {
        const { indexPage } = await import('../report/html/indexPage.ts');
        return indexPage(summary, pageOf);
      },
    },
    options,
    isForPeople,
  );
}

function refuseOneSource(stack: string | undefined, options: RunAllOptions): void {
  if (stack !== undefined) {
    throw new LabError(
      `name a stack ('${stack}') or --all, not both; some of them: --all --only ${stack}`,
    );
  }
  if (pathsOf(options).length > 0) {
    throw new LabError('--all runs the stacks; run manifests without it: --manifests <path>');
  }
  if (options.hey) {
    throw new LabError('--hey goes with one experiment: name its stack, and leave out --all');
  }
  if (options.serveMetrics) {
    throw new LabError(
      '--serve-metrics goes with one experiment: name its stack, and leave out --all',
    );
  }
}

function named(only: string): string[] {
  const stacks = [...new Set(only.split(',').map((name) => name.trim()))];
  // An unknown name is an error of the command line, not of one of its experiments.
  for (const stack of stacks) readStack(PROJECT_ROOT, stack);
  return stacks;
}

/** Of those that are to be predicted, before anything runs, which it would disturb. */
async function predictionsOf(
  experiments: readonly Prepared[],
): Promise<Map<Prepared, Foretelling>> {
  const predictions = new Map<Prepared, Foretelling>();
  for (const one of experiments) {
    if (one.experiment.predict ?? true) predictions.set(one, await foretell(one));
  }
  return predictions;
}

/** Before anything runs: so a mistake is seen at once, and no work of the lab disturbs a run. */
async function prepareAll(
  stacks: readonly string[],
  source: SourceOptions,
  pace: Pace,
): Promise<{ experiments: Prepared[]; failures: Failure[] }> {
  const experiments: Prepared[] = [];
  const failures: Failure[] = [];
  for (const stack of stacks) {
    try {
      experiments.push(await prepare(stack, source, pace));
    } catch (error) {
      failures.push(failureIn(stack, error));
    }
  }
  return { experiments, failures };
}

/** `lab sweep`: what a whole range of settings would show, cell by cell, predicted. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { LabError } from '../../errors/labError.ts';
import { type Sweep, sweep as sweepSchema } from '../../experiment/sweep.ts';
import { steepestOf } from '../analysis/cliff.ts';
import { modelOf } from '../predict/compile/modelOf.ts';
import type { Model } from '../predict/model.ts';
import { parseObjective } from '../predict/objective.ts';
import { figuresOfAll } from '../predict/sweep/pool.ts';
import { allPicks, type Picks, planOf } from '../predict/sweep/plan.ts';
import { ShareView } from '../report/shareView.ts';
import { untilInterrupted } from './interrupt.ts';
import {
  BATCHES,
  MESH_CONFIG,
  PROXY_CONCURRENCY,
  SOURCE,
  TIME_SCALE,
  withOptions,
} from './options.ts';
import { type OutputOptions, outputOf, outputOptions } from './output.ts';
import { paceOf, type RunOptions, wholeNumber } from './prepare.ts';
import { fileName, leavePage, PAGE, type ReportOptions } from './reportFile.ts';
import { checkCells } from './sweepCheck.ts';
import { type Grid, gridOf } from './sweepGrid.ts';

const VARY = new Option(
  '--vary <key=values>',
  'a key of the stack and its values: maxConnections=1..20, serverDelay=1s..5s:1s, retries.attempts=0,2,5; may be repeated',
)
  .argParser((value: string, previous: readonly string[]) => [...previous, value])
  .default([], 'none');

const OBJECTIVE = new Option(
  '--objective <objective>',
  "what every run of a cell is to meet: 'success >= 99%', 'p99 <= 2s'; draws the edge of it; may be repeated",
)
  .argParser((value: string, previous: readonly string[]) => [...previous, value])
  .default([], 'none');

interface SweepOptions extends RunOptions, OutputOptions, ReportOptions {
  readonly vary: readonly string[];
  readonly objective: readonly string[];
  readonly seeds: string;
  readonly firstSeed: string;
  readonly threads?: string;
  readonly svg?: string;
  readonly check?: string;
  readonly checkSeed: string;
}

export const command = withOptions(
  new Command('sweep')
    .description('predict a whole range of settings: answers, refusals and latency of every cell')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [
    VARY,
    ...SOURCE,
    MESH_CONFIG,
    BATCHES,
    TIME_SCALE,
    PROXY_CONCURRENCY,
    OBJECTIVE,
    new Option('--seeds <n>', 'runs of each cell, the same seeds in every one').default('20'),
    new Option('--first-seed <n>', 'the seeds are this number and those after it').default('0'),
    new Option('--threads <n>', 'threads that simulate; one a processor without it'),
    new Option('--svg <file>', 'draw it: one key as curves, two as heat maps'),
    new Option(
      '--check <n>',
      'run so many cells on real Envoys, and show predicted beside observed',
    ),
    new Option('--check-seed <n>', 'by which they are drawn').default('1'),
    new Option('--csv', 'short for --format csv: a line for each cell').conflicts([
      'format',
      'json',
    ]),
    ...PAGE,
    ...outputOptions('sweep'),
  ],
).action(async (stack: string | undefined, options: SweepOptions) => {
  await sweep(stack, options);
});

/** @throws LabError before anything is simulated, for what cannot be used */
async function sweep(stack: string | undefined, options: SweepOptions): Promise<void> {
  const output = outputOf('sweep', options);
  if (options.vary.length === 0) {
    throw new LabError(
      '--vary: name at least one key and its values, such as --vary maxConnections=1..20',
    );
  }
  const objectives = options.objective.map(parseObjective);
  const pace = paceOf(options);
  const seeds = {
    seeds: wholeNumber('--seeds', options.seeds, 10_000),
    firstSeed: seedOf('--first-seed', options.firstSeed),
  };
  const threads =
    options.threads === undefined ? undefined : wholeNumber('--threads', options.threads, 256);
  const checks = options.check === undefined ? 0 : wholeNumber('--check', options.check, 100);
  const checkSeed = seedOf('--check-seed', options.checkSeed);
  const picture = options.svg === undefined ? undefined : await pictureAt(options.svg);
  const grid = await gridOf(stack, options, options.vary, pace);
  picture?.refuse(grid.axes.length);

  const cells = allPicks(grid.axes.map(({ values }) => values.length));
  const view = new ShareView(process.stderr, 'cells', cells.length);
  const document = await untilInterrupted(async (signal) => {
    const modelFor = async (picks: Picks): Promise<Model> => {
      signal.throwIfAborted();
      return modelIn(grid, picks);
    };
    const first = await grid.prepared(grid.axes.map(() => 0));
    const plan = await planOf(
      grid.axes.map(({ values }) => values.length),
      modelFor,
      (done, all) => {
        view.note(`${done} of ${all} settings are read`);
      },
    );
    const figures = await figuresOfAll({
      ...{ plan, modelFor, cells, seeds, threads, signal },
      asked: { objectives, timeScale: pace.timeScale },
      onCells: (done) => {
        view.done(done);
      },
    });
    const base = {
      stack: first.experiment.stack,
      timeScale: first.timeScale,
      source: 'prediction' as const,
      ...seeds,
      axes: grid.axes.map(({ name, values }) => ({ key: name, values: [...values] })),
      current: grid.current,
      objectives: objectives.map(({ text }) => text),
      cells: figures.map((one, index) => ({
        settings: settingsOf(grid, cells[index] ?? []),
        ...one,
      })),
      leftOut: [...modelOf(first).leftOut],
    };
    return sweepSchema.parse({ ...base, cliff: cliffOf(base) });
  }).finally(() => {
    view.end();
  });
  await picture?.draw(document);
  const checked =
    checks === 0 ? undefined : await checkCells(grid, document, { checks, checkSeed, seeds });
  const whole = { ...document, ...(checked && { checked }) };
  output.print(whole);
  await leavePage(
    {
      ...{ name: `${fileName(whole.stack)}.sweep`, of: 'this sweep', document: whole },
      page: async () => {
        const { sweepPage } = await import('../report/html/sweepPage.ts');
        return sweepPage(whole);
      },
    },
    options,
    output.isForPeople,
  );
}

async function modelIn(grid: Grid, picks: Picks): Promise<Model> {
  try {
    const model = modelOf(await grid.prepared(picks));
    // Of whose objects each is would be a difference of all cells.
    return { ...model, of: { ...model.of, digest: '' } };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const settings = Object.entries(settingsOf(grid, picks)).map(
      ([key, value]) => `${key}=${value}`,
    );
    throw new LabError(`with ${settings.join(', ')}: ${error.message}`, error.code);
  }
}

function settingsOf({ axes }: Grid, picks: Picks): Record<string, string> {
  return Object.fromEntries(
    axes.map(({ name, values }, axis) => [name, values[picks[axis] ?? 0] ?? '']),
  );
}

function cliffOf(sweep: Pick<Sweep, 'axes' | 'cells' | 'objectives'>): Sweep['cliff'] {
  const edge = steepestOf(sweep);
  const [from, to] = [sweep.cells[edge?.from ?? -1], sweep.cells[edge?.to ?? -1]];
  if (edge === undefined || !from?.success || !to?.success) return null;
  return {
    key: sweep.axes[edge.axis]?.key ?? '',
    from: from.settings,
    to: to.settings,
    success: [from.success.mean, to.success.mean],
  };
}

interface Picture {
  /** @throws LabError for more keys than it can show */
  readonly refuse: (keys: number) => void;
  readonly draw: (sweep: Sweep) => Promise<void>;
}

/** Loaded before anything is simulated: a picture that cannot be written is no reason to find out late. */
async function pictureAt(file: string): Promise<Picture> {
  if (!existsSync(dirname(file))) {
    throw new LabError(`--svg ${file}: there is no folder ${dirname(file)}`);
  }
  const { refuseKeys, sweepSvg } = await import('../report/charts/sweepCharts.ts');
  return {
    refuse: refuseKeys,
    draw: async (document) => {
      writeFileSync(file, await sweepSvg(document));
      process.stderr.write(`${file} is drawn\n`);
    },
  };
}

function seedOf(option: string, text: string): number {
  const seed = Number(text);
  if (text.trim() !== '' && Number.isInteger(seed) && seed >= 0 && seed <= 2 ** 32 - 1) return seed;
  throw new LabError(`${option} ${text}: must be a whole number from 0 to 4294967295`);
}

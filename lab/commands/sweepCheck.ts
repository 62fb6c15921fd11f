/** `--check` of a sweep: some of its cells on real Envoys, predicted beside observed. */
import { availableParallelism } from 'node:os';
import { seededRandom } from '../../apps/common/random.ts';
import type { Sweep, SweepCheck } from '../../experiment/sweep.ts';
import { isFailure } from '../../experiment/summary.ts';
import { besideOf } from '../analysis/beside.ts';
import { modelOf } from '../predict/compile/modelOf.ts';
import { predict } from '../predict/predict.ts';
import type { Seeds } from '../predict/sweep/cell.ts';
import { allPicks } from '../predict/sweep/plan.ts';
import { SideBySideView } from '../report/sideBySideView.ts';
import type { Prepared } from '../watch/observe.ts';
import { untilInterrupted } from './interrupt.ts';
import { runSideBySide } from './sideBySide.ts';
import type { Grid } from './sweepGrid.ts';

export interface CheckOptions {
  /** How many cells. */
  readonly checks: number;
  readonly checkSeed: number;
  readonly seeds: Seeds;
}

/** @throws LabError where there is no Envoy to run any */
export async function checkCells(
  grid: Grid,
  sweep: Sweep,
  { checks, checkSeed, seeds }: CheckOptions,
): Promise<SweepCheck[]> {
  const all = allPicks(grid.axes.map(({ values }) => values.length));
  const drawn = drawnOf([...all.keys()], checks, checkSeed);
  const cells = await Promise.all(
    drawn.map(async (index) => {
      const settings = sweep.cells[index]?.settings ?? {};
      return { settings, prepared: named(await grid.prepared(all[index] ?? []), settings) };
    }),
  );
  const view = new SideBySideView(process.stderr, cells.length);
  const endings = await untilInterrupted((signal) =>
    runSideBySide(
      cells.map(({ prepared }) => prepared),
      { jobs: availableParallelism(), signal, view },
    ),
  ).finally(() => {
    view.end();
  });
  return Promise.all(
    cells.map(async ({ settings, prepared }) => {
      const ending = endings.get(prepared);
      if (ending === undefined || isFailure(ending)) {
        return { settings, rows: [], problem: ending?.reason ?? 'it was lost' };
      }
      const { outcomes, latency } = await predict(modelOf(prepared), { ...seeds, threads: 1 });
      const rows = besideOf(ending, { seeds: seeds.seeds, outcomes, latency });
      return rows.length > 0
        ? { settings, rows }
        : { settings, rows, problem: 'no batch was warm and undisturbed' };
    }),
  );
}

/** Where several run at a time, each goes by its settings. */
function named(prepared: Prepared, settings: Readonly<Record<string, string>>): Prepared {
  const { experiment } = prepared;
  const said = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
  return {
    ...prepared,
    experiment: { ...experiment, stack: [experiment.stack, ...said].join(' ') },
  };
}

/** Some of all, by a seed; each at most once, in their order. */
function drawnOf<T>(all: readonly T[], count: number, seed: number): T[] {
  const random = seededRandom(seed);
  return all
    .map((one, index) => ({ one, index, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ one }) => one);
}

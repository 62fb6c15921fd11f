/** One cell of a sweep: its model's runs, summed up. */
import type { SweepCell } from '../../../experiment/sweep.ts';
import type { Latency } from '../../../experiment/outcomes.ts';
import { quantile } from '../../analysis/quantile.ts';
import { REFUSALS, type Run } from '../engine/run.ts';
import { Simulator } from '../engine/simulate.ts';
import { figuresOfRun } from '../figures.ts';
import type { Model } from '../model.ts';
import { isMet, type Objective, valueOf } from '../objective.ts';

export type CellFigures = Omit<SweepCell, 'settings'>;

export interface Seeds {
  readonly firstSeed: number;
  readonly seeds: number;
}

/** What every run of a cell is asked for, in times of the experiment's own. */
export interface Asked {
  readonly objectives: readonly Objective[];
  readonly timeScale: number;
}

/** One for all cells of a thread: it keeps the room that it has. */
let simulator: Simulator | undefined;

/** The same seeds for every cell, so that two cells differ by their settings alone. */
export function cellFigures(model: Model, { firstSeed, seeds }: Seeds, asked: Asked): CellFigures {
  if (simulator === undefined) simulator = new Simulator(model);
  else simulator.use(model);
  const sums = new Sums(asked);
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) sums.add(simulator.run(seed));
  return sums.figures();
}

class Sums {
  readonly #asked: Asked;
  /** Of each warm batch. */
  readonly #shares: number[] = [];
  readonly #refused = new Float64Array(REFUSALS.length);
  #latencies = new Float64Array(256);
  #answered = 0;
  #requests = 0;
  #neverWarm = 0;
  #meets = true;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  add(run: Run): void {
    const { firstWarm, batches, batch, refusedBy, sentMs, endedMs } = run;
    if (firstWarm >= batches) {
      this.#neverWarm += 1;
      return;
    }
    const sizes = new Int32Array(batches - firstWarm);
    const answers = new Int32Array(batches - firstWarm);
    for (let request = 0; request < run.requests; request += 1) {
      const warm = (batch[request] ?? 0) - firstWarm;
      if (warm < 0 || warm >= sizes.length) continue;
      const cause = refusedBy[request] ?? 0;
      sizes[warm] = (sizes[warm] ?? 0) + 1;
      if (cause === 0) {
        answers[warm] = (answers[warm] ?? 0) + 1;
        this.#took((endedMs[request] ?? 0) - (sentMs[request] ?? 0));
      } else {
        this.#refused[cause] = (this.#refused[cause] ?? 0) + 1;
      }
    }
    for (const [warm, size] of sizes.entries()) {
      this.#requests += size;
      if (size > 0) this.#shares.push((answers[warm] ?? 0) / size);
    }
    this.#meets &&= this.#isMet(run);
  }

  figures(): CellFigures {
    const batches = this.#shares.length;
    const sorted = Float64Array.from(this.#shares).sort();
    const at = (part: number): number => rounded(quantile(sorted, part));
    const mean = sorted.reduce((sum, one) => sum + one, 0) / batches;
    return {
      requests: rounded(this.#requests / Math.max(1, batches)),
      success:
        batches === 0
          ? null
          : { mean: rounded(mean), p2_5: at(0.025), p50: at(0.5), p97_5: at(0.975) },
      refused: Object.fromEntries(
        REFUSALS.flatMap((cause, index) => {
          const count = this.#refused[index] ?? 0;
          return cause === null || count === 0 ? [] : [[cause, rounded(count / batches)]];
        }),
      ),
      latency: this.#latency(),
      neverWarm: this.#neverWarm,
      // What cannot be told is not met.
      ...(this.#asked.objectives.length > 0 && { meets: this.#meets && batches > 0 }),
    };
  }

  #isMet(run: Run): boolean {
    const { objectives, timeScale } = this.#asked;
    if (objectives.length === 0) return true;
    const figures = figuresOfRun(run);
    return objectives.every((one) => isMet(one, valueOf(one, figures, timeScale)));
  }

  #took(ms: number): void {
    if (this.#answered === this.#latencies.length) {
      const larger = new Float64Array(2 * this.#answered);
      larger.set(this.#latencies);
      this.#latencies = larger;
    }
    this.#latencies[this.#answered] = ms;
    this.#answered += 1;
  }

  #latency(): Latency {
    if (this.#answered === 0) return null;
    const sorted = this.#latencies.subarray(0, this.#answered).sort();
    const at = (part: number): number => Math.round(1000 * quantile(sorted, part)) / 1000;
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
  }
}

/** Digits that mean something, for a document of thousands of cells. */
function rounded(value: number): number {
  return Number(value.toFixed(5));
}

/** Limits put to the test: whether every simulated run of every load meets every objective. */
import type { LimitsResult } from '../../experiment/recommendation.ts';
import { UNLIMITED } from '../../envoy/thresholds.ts';
import { quantile } from '../analysis/quantile.ts';
import { Simulator } from './engine/simulate.ts';
import { type Figures, figuresOfRun } from './figures.ts';
import type { Model } from './model.ts';
import { isMet, type Objective, shortfall, valueOf } from './objective.ts';
import { fill, type Slot } from './slots.ts';

/** By the stack's keys; 0 is no limit, as in Istio. */
export type Limits = Readonly<Record<string, number>>;

export interface TrialOptions {
  readonly objectives: readonly Objective[];
  /** Where each key stands in every one of the models. */
  readonly slots: Readonly<Record<string, readonly Slot[]>>;
  readonly seeds: number;
  readonly timeScale: number;
}

/** What a set of limits did under one load. */
export interface Result {
  /** How many runs met all objectives. */
  readonly met: number;
  readonly runs: number;
  /** By objective, in the order they were given. */
  readonly values: readonly { readonly median: number; readonly worst: number }[];
  /** Means over the runs. */
  readonly success: number;
  readonly refused: number;
}

export class Trials {
  readonly #models: readonly Model[];
  readonly #options: TrialOptions;
  readonly #known = new Map<string, boolean>();

  /** @param models the same one under several loads, the heaviest last */
  constructor(models: readonly Model[], options: TrialOptions) {
    this.#models = models;
    this.#options = options;
  }

  /** Whether every run meets every objective; what fails is known after its first run. */
  meets(limits: Limits): boolean {
    const name = JSON.stringify(limits);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // Under more load less is met: so most of what fails does in the first run.
    const meets = this.#models.toReversed().every((model) => this.#isAlwaysMet(model, limits));
    this.#known.set(name, meets);
    return meets;
  }

  /** Whether no run of the heaviest load meets every objective; what does is known by its first. */
  neverMeets(limits: Limits): boolean {
    const heaviest = this.#models.at(-1);
    return heaviest !== undefined && !this.#isEverMet(heaviest, limits);
  }

  #isEverMet(model: Model, limits: Limits): boolean {
    for (const figures of this.#figures(model, limits)) {
      if (this.#isMetBy(figures)) return true;
    }
    return false;
  }

  #isAlwaysMet(model: Model, limits: Limits): boolean {
    for (const figures of this.#figures(model, limits)) {
      if (!this.#isMetBy(figures)) return false;
    }
    return true;
  }

  /** Of each load. */
  results(limits: Limits): Result[] {
    return this.#models.map((model) => this.resultOf(model, limits));
  }

  resultOf(model: Model, limits: Limits): Result {
    return this.resultOfFigures([...this.#figures(model, limits)]);
  }

  resultOfFigures(all: readonly Figures[]): Result {
    const { objectives, timeScale } = this.#options;
    const mean = (of: (figures: Figures) => number): number =>
      all.reduce((sum, figures) => sum + of(figures), 0) / all.length;
    return {
      met: all.filter((figures) => this.#isMetBy(figures)).length,
      runs: all.length,
      values: objectives.map((objective) => {
        const values = all.map((figures) => valueOf(objective, figures, timeScale));
        // From the best to the worst, what cannot be told being the worst.
        const ranked = values.toSorted((a, b) =>
          Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : objective.atLeast ? b - a : a - b,
        );
        return { median: quantile(ranked, 0.5), worst: ranked.at(-1) ?? NaN };
      }),
      success: mean(({ requests, answeredMs }) => answeredMs.length / requests),
      refused: mean(({ requests, refused }) => refused / requests),
    };
  }

  /** How far the worst run of the heaviest load is from the objectives, all of them together. */
  shortfall(limits: Limits): number {
    const heaviest = this.results(limits).at(-1);
    return heaviest === undefined ? Infinity : this.shortfallOf(heaviest);
  }

  shortfallOf({ values }: Result): number {
    return this.#options.objectives.reduce(
      (sum, objective, index) => sum + shortfall(objective, values[index]?.worst ?? NaN),
      0,
    );
  }

  setLimits(model: Model, limits: Limits): void {
    for (const [key, value] of Object.entries(limits)) {
      fill(model, this.#options.slots[key] ?? [], value === 0 ? UNLIMITED : value);
    }
  }

  /** Of one seed after the other, as they are asked for. */
  *#figures(model: Model, limits: Limits): Generator<Figures> {
    this.setLimits(model, limits);
    const simulator = new Simulator(model);
    for (let seed = 1; seed <= this.#options.seeds; seed += 1) {
      yield figuresOfRun(simulator.run(seed));
    }
  }

  #isMetBy(figures: Figures): boolean {
    const { objectives, timeScale } = this.#options;
    return objectives.every((objective) =>
      isMet(objective, valueOf(objective, figures, timeScale)),
    );
  }
}

/** As a document has it: NaN is no JSON. */
export function told({ values, ...result }: Result): LimitsResult {
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    ...result,
    values: values.map(({ median, worst }) => ({ median: orNull(median), worst: orNull(worst) })),
  };
}

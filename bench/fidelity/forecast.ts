/** What is predicted of a configuration, as small as it can be kept: distributions, no single runs. */
import { z } from 'zod';
import { quantile } from '../../lab/analysis/quantile.ts';
import type { Run } from '../../lab/predict/engine/run.ts';
import { Simulator } from '../../lab/predict/engine/simulate.ts';
import type { Model } from '../../lab/predict/model.ts';
import { tally } from '../../lab/predict/outcomes.ts';

export const forecast = z.strictObject({
  id: z.string(),
  seeds: z.int(),
  /** Warm batches of all seeds. */
  batches: z.int(),
  /** Of every outcome, in how many of these batches so many requests had it: from 0 on. */
  outcomes: z.record(z.string(), z.array(z.int())),
  /** The latencies of all requests of warm batches, at LEVELS, in ms. */
  latencies: z.array(z.number()),
});

export type Forecast = z.infer<typeof forecast>;

export const SEEDS = 1000;

/** Shares at which latencies are kept: the middles of a hundred equal parts. */
export const LEVELS = Array.from({ length: 100 }, (_, index) => (index + 0.5) / 100);

export function forecastOf(id: string, model: Model, seeds = SEEDS): Forecast {
  const simulator = new Simulator(model);
  const outcomes = new Map<string, number[]>();
  const latencies: number[] = [];
  let batches = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const run = simulator.run(seed);
    for (const sample of tally(model, run)) {
      batches += 1;
      for (const [word, count] of Object.entries(sample.outcomes)) {
        const counts = outcomes.get(word) ?? [];
        while (counts.length <= count) counts.push(0);
        counts[count] = (counts[count] ?? 0) + 1;
        outcomes.set(word, counts);
      }
    }
    // All of them would be more than says anything.
    if (seed <= seeds / 10) latencies.push(...warmLatencies(run));
  }
  for (const counts of outcomes.values()) {
    counts[0] = batches - counts.slice(1).reduce((sum, count) => sum + count, 0);
  }
  return {
    ...{ id, seeds, batches },
    outcomes: Object.fromEntries(outcomes),
    latencies: atLevels(latencies),
  };
}

function warmLatencies(run: Run): number[] {
  return Array.from({ length: run.requests }, (_, index) => index)
    .filter((index) => (run.batch[index] ?? -1) >= run.firstWarm)
    .filter((index) => (run.batch[index] ?? 0) < run.batches)
    .map((index) => (run.endedMs[index] ?? 0) - (run.sentMs[index] ?? 0));
}

export function atLevels(latencies: readonly number[]): number[] {
  const sorted = latencies.toSorted((a, b) => a - b);
  return sorted.length === 0
    ? []
    : LEVELS.map((level) => Math.round(10 * quantile(sorted, level)) / 10);
}

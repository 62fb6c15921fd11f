/** What a prediction takes of one seed's run: little enough to go from thread to thread. */
import type { Simulator } from './engine/simulate.ts';
import type { Model } from './model.ts';
import { type Sample, tally } from './outcomes.ts';

export interface SeedResult {
  readonly seed: number;
  readonly requests: number;
  readonly samples: readonly Sample[];
  /** In ms, of the requests of warm batches that were answered well. */
  readonly latencies: Float64Array;
  readonly firstWarm: number;
  readonly neverWarm: boolean;
  readonly ejections: number;
}

export function seedResult(simulator: Simulator, model: Model, seed: number): SeedResult {
  const run = simulator.run(seed);
  const latencies = new Float64Array(run.requests);
  let answered = 0;
  for (let row = 0; row < run.requests; row += 1) {
    const batch = run.batch[row] as number;
    if (run.refusedBy[row] !== 0 || batch < run.firstWarm || batch >= run.batches) continue;
    latencies[answered] = (run.endedMs[row] as number) - (run.sentMs[row] as number);
    answered += 1;
  }
  return {
    seed,
    requests: run.requests,
    samples: tally(model, run),
    latencies: latencies.slice(0, answered),
    firstWarm: run.firstWarm,
    neverWarm: run.firstWarm === run.batches,
    ejections: run.health.filter(({ ejected }) => ejected).length,
  };
}

/** An experiment's outcomes with their spread: many seeds' runs, summed up. */
import { latencyOf, rangesOf } from '../analysis/outcomeCounts.ts';
import { quantile } from '../analysis/quantile.ts';
import type { OutcomeRange } from '../../experiment/outcomes.ts';
import type { Prediction } from '../../experiment/prediction.ts';
import { Simulator } from './engine/simulate.ts';
import type { Model } from './model.ts';
import { tally } from './outcomes.ts';

export interface PredictOptions {
  readonly seeds: number;
  /** The seeds are this and the numbers after it. */
  readonly firstSeed?: number;
  /** Worker threads; one a processor, and none for a little work, where unset. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** @throws the signal's reason */
export function predict(
  model: Model,
  { seeds, firstSeed = 0, signal }: PredictOptions,
): Promise<Prediction> {
  const simulator = new Simulator(model);
  const samples: Prediction['samples'] = [];
  const latencies: number[] = [];
  const warm: number[] = [];
  const ejections: number[] = [];
  let requests = 0;
  let neverWarm = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    signal?.throwIfAborted();
    const run = simulator.run(seed);
    requests += run.requests;
    samples.push(...tally(model, run));
    warm.push(run.firstWarm);
    ejections.push(run.health.filter(({ ejected }) => ejected).length);
    if (run.firstWarm === run.batches) neverWarm += 1;
    for (let index = 0; index < run.requests; index += 1) {
      if (run.refusedBy[index] === 0 && (run.batch[index] ?? 0) >= run.firstWarm) {
        latencies.push((run.endedMs[index] ?? 0) - (run.sentMs[index] ?? 0));
      }
    }
  }
  return Promise.resolve({
    ...{ source: 'prediction', ...model.of },
    serviceTimeMs: model.watch.serviceTimeMs,
    ...{ seeds, firstSeed, requests },
    outcomes: rangesOf(samples.map(({ outcomes }) => outcomes)),
    samples,
    latency: latencyOf(latencies),
    firstWarmBatch: model.watch.inBatches ? rangeOf(warm) : null,
    neverWarm,
    ejections: rangeOf(ejections),
    leftOut: [...model.leftOut],
  });
}

function rangeOf(values: readonly number[]): OutcomeRange {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const at = (share: number): number => quantile(sorted, share);
  return { mean, p2_5: at(0.025), p50: at(0.5), p97_5: at(0.975) };
}

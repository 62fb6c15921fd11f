/** An experiment's outcomes with their spread: many seeds' runs, summed up. */
import type { OutcomeRange } from '../../experiment/outcomes.ts';
import type { Prediction } from '../../experiment/prediction.ts';
import { latencyOf, rangesOf } from '../analysis/outcomeCounts.ts';
import { quantile } from '../analysis/quantile.ts';
import type { Model } from './model.ts';
import type { SeedResult } from './seedResult.ts';
import { resultsOf } from './seedThreads.ts';

export interface PredictOptions {
  readonly seeds: number;
  /** The seeds are this and the numbers after it; 0 where unset. */
  readonly firstSeed?: number;
  /** Worker threads; one a processor, and none for a little work, where unset. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal;
}

/**
 * The same whatever the number of threads.
 *
 * @throws the signal's reason
 */
export async function predict(
  model: Model,
  { seeds, firstSeed = 0, threads, signal }: PredictOptions,
): Promise<Prediction> {
  const results = await resultsOf(model, { seeds, firstSeed, threads, signal });
  const samples = results.flatMap((result) => result.samples);
  const numbers = (of: (result: SeedResult) => number): OutcomeRange => rangeOf(results.map(of));
  return {
    ...{ source: 'prediction', ...model.of },
    serviceTimeMs: model.watch.serviceTimeMs,
    ...{ seeds, firstSeed },
    requests: results.reduce((sum, { requests }) => sum + requests, 0),
    outcomes: rangesOf(samples.map(({ outcomes }) => outcomes)),
    samples,
    latency: latencyOf(joined(results.map(({ latencies }) => latencies))),
    firstWarmBatch: model.watch.inBatches ? numbers(({ firstWarm }) => firstWarm) : null,
    neverWarm: results.filter(({ neverWarm }) => neverWarm).length,
    ejections: numbers(({ ejections }) => ejections),
    leftOut: [...model.leftOut],
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function rangeOf(values: readonly number[]): OutcomeRange {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const at = (share: number): number => quantile(sorted, share);
  return { mean, p2_5: at(0.025), p50: at(0.5), p97_5: at(0.975) };
}

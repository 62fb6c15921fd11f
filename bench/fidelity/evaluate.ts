/** A configuration's prediction against its runs. */
import { durationMs } from '../../istio/duration.ts';
import { countsOf } from '../../lab/analysis/outcomeCounts.ts';
import { outcomeWord } from '../../lab/analysis/outcomeWords.ts';
import type { Model } from '../../lab/predict/model.ts';
import { atLevels, type Forecast } from './forecast.ts';
import type { Configuration } from './matrix.ts';
import {
  type Batches,
  type Coverage,
  coverage,
  noiseFloor,
  predictedShares,
  type Shares,
  sharesOf,
  totalVariation,
  wasserstein,
} from './measures.ts';
import { judgedBatches, type RealRun } from './real.ts';
import { type Agreement, isDecided, replay } from './replay.ts';

export interface Evaluation {
  readonly configuration: Configuration;
  readonly runs: number;
  readonly batches: number;
  /** The mean number of requests of a batch. */
  readonly size: number;
  readonly seen: Shares;
  readonly predicted: Shares;
  readonly distance: number;
  readonly noise: number;
  readonly ratio: number;
  readonly coverage: Coverage;
  /** Wasserstein-1 of the latencies, in service times. */
  readonly latency: number;
  readonly replay: Agreement | undefined;
}

/**
 * @param model in which the runs are replayed, if they are
 * @returns undefined where the machine left nothing that can be judged
 */
export function evaluate(
  configuration: Configuration,
  forecast: Forecast,
  all: readonly RealRun[],
  model?: Model,
): Evaluation | undefined {
  const some = all
    .map((run) => ({ run, batches: batchesOf(run) }))
    .filter(({ batches }) => batches.length > 0);
  if (some.length < 2) return undefined;
  const runs = some.map(({ run }) => run);
  const batches = some.map((one) => one.batches);
  const [seen, predicted] = [sharesOf(batches), predictedShares(forecast)];
  const [distance, noise] = [totalVariation(seen, predicted), noiseFloor(batches)];
  const sizes = batches.flat().flatMap((counts) => Object.values(counts));
  return {
    configuration,
    runs: runs.length,
    batches: batches.flat().length,
    size: sizes.reduce((sum, count) => sum + count, 0) / batches.flat().length,
    ...{ seen, predicted, distance, noise },
    ratio: distance / noise,
    coverage: coverage(forecast, batches),
    latency: wasserstein(forecast.latencies, latenciesOf(runs)) / serviceTimeMs(runs[0]),
    replay: model && isDecided(configuration) ? agreementOf(model, runs) : undefined,
  };
}

/** The judged batches of a run, counted. */
export function batchesOf(run: RealRun): Batches {
  const judged = judgedBatches(run);
  const byBatch = Map.groupBy(run.requests, ({ batch }) => batch);
  return [...judged].map((batch) =>
    countsOf((byBatch.get(batch) ?? []).map((one) => outcomeWord(one, serviceTimeMs(run)))),
  );
}

function latenciesOf(runs: readonly RealRun[]): number[] {
  return atLevels(
    runs.flatMap((run) => {
      const judged = judgedBatches(run);
      return run.requests
        .filter(({ batch }) => judged.has(batch))
        .map(({ sentMs, endedMs }) => endedMs - sentMs);
    }),
  );
}

function serviceTimeMs(run: RealRun | undefined): number {
  return run === undefined ? NaN : durationMs(run.experiment.serviceTime) * run.timeScale;
}

function agreementOf(model: Model, runs: readonly RealRun[]): Agreement {
  const all = runs.map((run) => replay(model, run));
  return {
    agreed: all.reduce((sum, { agreed }) => sum + agreed, 0),
    decided: all.reduce((sum, { decided }) => sum + decided, 0),
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
  };
}

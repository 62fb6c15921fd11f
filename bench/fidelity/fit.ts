/**
 * The costs of a request's way under which the runs that were seen are predicted best: from the defaults
 * on, one cost after the other, each of a few values. Some cannot be told by what was run, and are left.
 */
import { modelOf } from '../../lab/predict/compile/modelOf.ts';
import { type Costs, MEASURED } from '../../lab/predict/costs.ts';
import type { Prepared } from '../../lab/watch/observe.ts';
import { evaluate } from './evaluate.ts';
import { forecastOf } from './forecast.ts';
import type { Configuration } from './matrix.ts';
import type { RealRun } from './real.ts';

export interface Known {
  readonly configuration: Configuration;
  readonly prepared: Prepared;
  readonly runs: readonly RealRun[];
}

const VALUES: Readonly<Partial<Record<keyof Costs, readonly number[]>>> = {
  hopMs: [0.03, 0.1, 0.3, 0.6, 1, 1.5],
  wakeMs: [0.05, 0.1, 0.2, 0.4, 0.7],
  workerMs: [0.03, 0.05, 0.1, 0.17],
  startSpreadMs: [2, 5, 10, 15, 20],
  sendGapMs: [0.01, 0.025, 0.05, 0.1],
  acceptMs: [0, 0.05, 0.1],
  openMs: [0, 0.05, 0.1],
  connectMs: [0.02, 0.05, 0.1, 0.2],
  clientMs: [0.03, 0.06, 0.1, 0.2, 0.3],
  appMs: [0.05, 0.1, 0.3],
  dispatchMs: [0.01, 0.05],
};

const PASSES = 2;
/** Fewer than a forecast has: the same for all that are compared. */
const SEEDS = 150;
/** What a service time of Wasserstein-1 counts beside a distance of 1. */
const LATENCY = 0.3;

/** @param onBetter told of each better one */
export function fitted(
  all: readonly Known[],
  onBetter: (costs: Costs, amiss: number) => void,
): Costs {
  let best = MEASURED;
  let least = amissIn(all, best);
  onBetter(best, least);
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const [name, values] of Object.entries(VALUES)) {
      for (const value of values) {
        const costs = { ...best, [name]: value };
        const amiss = amissIn(all, costs);
        if (amiss >= least) continue;
        [best, least] = [costs, amiss];
        onBetter(best, least);
      }
    }
  }
  return best;
}

/** The mean over the configurations: of outcomes, and in part of latencies. */
function amissIn(all: readonly Known[], costs: Costs): number {
  const each = all.flatMap(({ configuration, prepared, runs }) => {
    const model = modelOf(prepared, costs);
    const forecast = forecastOf(configuration.id, model, SEEDS);
    const found = evaluate(configuration, forecast, runs);
    return found === undefined ? [] : found.distance + LATENCY * found.latency;
  });
  return each.reduce((sum, one) => sum + one, 0) / each.length;
}

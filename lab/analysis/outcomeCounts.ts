/** The outcomes of a run's warm batches, counted and summed up. */
import { durationMs } from '../../istio/duration.ts';
import type { Observation } from '../../experiment/observation.ts';
import type { Latency, OutcomeCounts, OutcomeRange, Outcomes } from '../../experiment/outcomes.ts';
import { answeredOf, countedIn } from './counted.ts';
import { latencyMs } from './figures.ts';
import { byOutcome, outcomeWord } from './outcomeWords.ts';
import { quantile } from './quantile.ts';

/** Disturbed batches are left out: they say nothing about the mesh. */
export function outcomeCountsOf(observation: Observation): Outcomes {
  const { stack, source, digest, timeScale, experiment } = observation;
  const serviceTimeMs = durationMs(experiment.serviceTime) * timeScale;
  const unjudged = new Set(observation.disturbed.map(({ batch }) => batch));
  const warm = countedIn(observation).requests;
  const judged = warm.filter(({ batch }) => !unjudged.has(batch));
  const samples = [...Map.groupBy(judged, ({ batch }) => batch)]
    .sort(([a], [b]) => a - b)
    .map(([batch, all]) => ({
      batch,
      outcomes: countsOf(all.map((request) => outcomeWord(request, serviceTimeMs))),
    }));
  return {
    ...{ stack, source, digest, timeScale, serviceTimeMs },
    outcomes: rangesOf(samples.map(({ outcomes }) => outcomes)),
    samples,
    latency: latencyOf(answeredOf(judged).map(latencyMs)),
    disturbed: [...new Set(warm.map(({ batch }) => batch))].filter((batch) => unjudged.has(batch)),
  };
}

/** How often each word occurs. */
export function countsOf(words: readonly string[]): OutcomeCounts {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => byOutcome(a, b)));
}

/** Of every outcome that occurs, its count in a batch; a batch without it counts as 0. */
export function rangesOf(batches: readonly OutcomeCounts[]): Record<string, OutcomeRange> {
  const words = [...new Set(batches.flatMap((counts) => Object.keys(counts)))].sort(byOutcome);
  return Object.fromEntries(
    words.map((word) => {
      const sorted = batches.map((counts) => counts[word] ?? 0).sort((a, b) => a - b);
      const at = (share: number): number => quantile(sorted, share);
      const mean = sorted.reduce((sum, count) => sum + count, 0) / sorted.length;
      return [word, { mean, p2_5: at(0.025), p50: at(0.5), p97_5: at(0.975) }];
    }),
  );
}

/** @param latencies in ms, of the requests that were answered well */
export function latencyOf(latencies: readonly number[] | Float64Array): Latency {
  if (latencies.length === 0) return null;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(1000 * quantile(sorted, share)) / 1000;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

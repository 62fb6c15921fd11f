/** What became of a simulated run's requests, in the words of `lab outcomes`. */
import { outcomeWord } from '../analysis/outcomeWords.ts';
import type { Prediction } from '../../experiment/prediction.ts';
import { REFUSALS, type Run } from './engine/run.ts';
import type { Model } from './model.ts';

export type Sample = Prediction['samples'][number];

/** The warm batches of a run, in their order; a load without batches is one. */
export function tally(model: Model, run: Run): Sample[] {
  const { serviceTimeMs } = model.watch;
  const samples = new Map<number, Record<string, number>>();
  for (let batch = run.firstWarm; batch < run.batches; batch += 1) samples.set(batch, {});
  for (let request = 0; request < run.requests; request += 1) {
    const outcomes = samples.get(run.batch[request] ?? -1);
    if (outcomes === undefined) continue;
    const word = outcomeWord(
      {
        status: run.status[request] ?? 0,
        refusedBy: REFUSALS[run.refusedBy[request] ?? 0] ?? null,
        sentMs: run.sentMs[request] ?? 0,
        endedMs: run.endedMs[request] ?? 0,
      },
      serviceTimeMs,
    );
    outcomes[word] = (outcomes[word] ?? 0) + 1;
  }
  return [...samples].map(([batch, outcomes]) => ({ seed: run.seed, batch, outcomes }));
}

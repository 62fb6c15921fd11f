/**
 * The real run's own send times in the simulator: whether each request ends as it did. Only where the
 * send times decide it: one worker and one server, so that nothing is drawn.
 */
import { outcomeWord } from '../../lab/analysis/outcomeWords.ts';
import { durationMs } from '../../istio/duration.ts';
import { REFUSALS } from '../../lab/predict/engine/run.ts';
import { type SendTrace, simulate } from '../../lab/predict/engine/simulate.ts';
import type { Model } from '../../lab/predict/model.ts';
import type { Configuration } from './matrix.ts';
import { judgedBatches, type RealRun } from './real.ts';

export interface Agreement {
  readonly agreed: number;
  readonly requests: number;
}

export function isDecided({ kind, settings, law }: Configuration): boolean {
  const drawn = law !== undefined || kind === 'fault' || kind === 'ejection';
  return !drawn && settings.proxyConcurrency === '1' && settings.serverReplicas === '1';
}

/** Over the requests of judged batches. */
export function replay(model: Model, run: RealRun): Agreement {
  const sent = run.requests.toSorted((a, b) => a.sentMs - b.sentMs);
  const clients = new Map(model.clients.map(({ pod }, index) => [pod, index]));
  const trace: SendTrace = {
    client: sent.map(({ client }) => clients.get(client) ?? -1),
    batch: sent.map(({ batch }) => batch),
    sentMs: sent.map(({ sentMs }) => sentMs),
  };
  const simulated = simulate(model, 1, { trace });
  const judged = judgedBatches(run);
  const unitMs = durationMs(run.experiment.serviceTime) * run.timeScale;
  const agreed = sent.flatMap((request, index) => {
    if (!judged.has(request.batch)) return [];
    const word = outcomeWord(
      {
        status: simulated.status[index] ?? 0,
        refusedBy: REFUSALS[simulated.refusedBy[index] ?? 0] ?? null,
        sentMs: simulated.sentMs[index] ?? 0,
        endedMs: simulated.endedMs[index] ?? 0,
      },
      unitMs,
    );
    return [word === outcomeWord(request, unitMs)];
  });
  return { agreed: agreed.filter((one) => one).length, requests: agreed.length };
}

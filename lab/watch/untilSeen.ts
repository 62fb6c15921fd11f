/** How long an experiment is watched. */
import { LOADS } from '../../apps/contract.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Experiment } from '../../experiment/experiment.ts';
import type { Progress } from './progress.ts';
import type { Recorder } from './recorder.ts';

export interface Seeing {
  readonly recorder: Recorder;
  readonly experiment: Experiment;
  /** The lags that change no outcome, in ms. */
  readonly toleratedMs: number;
  /** Whether nothing more is to be expected. */
  readonly isOver: () => boolean;
  /** Resolves when the proxies' log lines of what has been finished were read. */
  readonly logsRead: () => Promise<unknown>;
  readonly signal: AbortSignal;
  readonly onProgress: (event: Progress) => void;
}

const CHECK_EVERY_MS = 20;

/** The most batches that an experiment is watched for, where the machine disturbs some of them. */
export function mostBatches({ batches, maxBatches, warmBatches }: Experiment): number {
  return batches > 0 ? batches : maxBatches + 2 * warmBatches;
}

/**
 * Waits until enough batches were warm, or as many as wanted were finished, or there is no more to
 * see. Returns the number of batches that were finished by then.
 */
export async function untilSeen(seeing: Seeing): Promise<number> {
  const { recorder, experiment, toleratedMs, isOver, logsRead, signal, onProgress } = seeing;
  // A batch that is not judged is made up for, where the number was not given.
  let most = experiment.batches > 0 ? experiment.batches : experiment.maxBatches;
  let batches = 0;
  for (;;) {
    signal.throwIfAborted();
    const isLast = isOver();
    const finished = Math.min(recorder.finishedBatches, most);
    if (finished > batches) {
      batches = finished;
      await logsRead();
      const firstWarm = recorder.firstWarm(batches);
      const disturbed = recorder.disturbances(batches, toleratedMs);
      onProgress({ kind: 'finished', batches, firstWarm, disturbed });
      const judged =
        batches - firstWarm - disturbed.filter(({ batch }) => batch >= firstWarm).length;
      if (experiment.batches === 0) {
        if (judged >= experiment.warmBatches) return batches;
        most = Math.min(experiment.maxBatches + disturbed.length, mostBatches(experiment));
      }
      if (batches === most && LOADS[experiment.load].inBatches) return batches;
    } else if (isLast) {
      return batches;
    } else {
      await delay(CHECK_EVERY_MS);
    }
  }
}

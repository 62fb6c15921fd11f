/** How long an experiment is watched. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Experiment } from '../../config/experiment.ts';
import type { Progress } from './progress.ts';
import type { Recorder } from './recorder.ts';

export interface Seeing {
  readonly recorder: Recorder;
  readonly experiment: Experiment;
  /** Whether nothing more is to be expected. */
  readonly isOver: () => boolean;
  /** Resolves when the proxies' log lines of what has been finished were read. */
  readonly logsRead: () => Promise<unknown>;
  readonly signal: AbortSignal;
  readonly onProgress: (event: Progress) => void;
}

const CHECK_EVERY_MS = 20;

/** The most batches that an experiment is watched for. */
export function mostBatches({ batches, maxBatches }: Experiment): number {
  return batches > 0 ? batches : maxBatches;
}

/**
 * Waits until enough batches were warm, or as many as wanted were finished, or there is no more to
 * see. Returns the number of batches that were finished by then.
 */
export async function untilSeen(seeing: Seeing): Promise<number> {
  const { recorder, experiment, isOver, logsRead, signal, onProgress } = seeing;
  const most = mostBatches(experiment);
  let batches = 0;
  for (;;) {
    signal.throwIfAborted();
    const isLast = isOver();
    const finished = Math.min(recorder.finishedBatches, most);
    if (finished > batches) {
      batches = finished;
      await logsRead();
      const warm = recorder.warmBatches(batches);
      onProgress({ kind: 'warm', batches, warm });
      if (experiment.batches === 0 && warm >= experiment.warmBatches) return batches;
      if (batches === most && experiment.load === 'batch') return batches;
    } else if (isLast) {
      return batches;
    } else {
      await delay(CHECK_EVERY_MS);
    }
  }
}

import { LOADS } from '../../apps/contract.ts';
import { runLocally } from '../local/run.ts';
import type { Observation } from '../../experiment/observation.ts';
import { ProgressView } from '../report/progress.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Prepared } from './prepare.ts';

/** Runs one experiment, showing how it goes; a signal ends it in order. */
export function observe(prepared: Prepared, stream: NodeJS.WriteStream): Promise<Observation> {
  const progress = new ProgressView(stream, LOADS[prepared.experiment.load].inBatches);
  return untilInterrupted((signal) =>
    runLocally({
      ...prepared,
      signal,
      onProgress: (event) => {
        progress.show(event);
      },
    }),
  ).finally(() => {
    progress.end();
  });
}

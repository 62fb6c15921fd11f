import { runLocally } from '../local/run.ts';
import type { Observation } from '../../experiment/observation.ts';
import { ProgressView } from '../report/progress.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Prepared } from './prepare.ts';

/** Runs one experiment, showing how it goes; a signal ends it in order. */
export function observe(prepared: Prepared, stream: NodeJS.WriteStream): Promise<Observation> {
  const progress = new ProgressView(stream, prepared.experiment.load === 'batch');
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

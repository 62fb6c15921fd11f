import { runLocally } from '../local/run.ts';
import type { Observation } from '../../experiment/observation.ts';
import { untilInterrupted } from './interrupt.ts';
import type { Prepared } from './prepare.ts';
import type { ViewOf } from './views.ts';

/** Runs one experiment, showing how it goes; a signal ends it in order. */
export function follow(prepared: Prepared, viewOf: ViewOf): Promise<Observation> {
  const progress = viewOf(prepared.experiment, prepared.mesh);
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

import type { Observation } from '../../experiment/observation.ts';
import type { Observe, Prepared } from '../watch/observe.ts';
import { untilInterrupted } from './interrupt.ts';
import type { ViewOf } from './views.ts';

/** Observes one experiment, showing how it goes; a signal ends it in order. */
export function follow(prepared: Prepared, observe: Observe, viewOf: ViewOf): Promise<Observation> {
  const progress = viewOf(prepared.experiment, prepared.mesh);
  return untilInterrupted((signal) =>
    observe(prepared, {
      signal,
      onProgress: (event) => {
        progress.show(event);
      },
    }),
  ).finally(() => {
    progress.end();
  });
}

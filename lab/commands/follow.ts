import type { Observation } from '../../experiment/observation.ts';
import { foretell } from '../predict/foretell.ts';
import type { Observe, Prepared } from '../watch/observe.ts';
import { untilInterrupted } from './interrupt.ts';
import type { ViewOf } from './views.ts';

/**
 * Observes one experiment, showing how it goes; a signal ends it in order. What is predicted of it stands
 * beside what is seen: made before anything runs, which it would disturb.
 */
export async function follow(
  prepared: Prepared,
  observe: Observe,
  viewOf: ViewOf,
): Promise<Observation> {
  const isWanted = prepared.experiment.predict ?? true;
  const prediction = isWanted ? await foretell(prepared) : undefined;
  const observation = await watched(prepared, observe, viewOf);
  return { ...observation, ...(prediction && { prediction }) };
}

function watched(prepared: Prepared, observe: Observe, viewOf: ViewOf): Promise<Observation> {
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

import type { Foretelling } from '../../experiment/foretold.ts';
import type { Observation } from '../../experiment/observation.ts';
import { foretell } from '../predict/foretell.ts';
import type { Observe, Prepared } from '../watch/observe.ts';
import { untilInterrupted } from './interrupt.ts';
import type { ViewOf } from './views.ts';

/**
 * Observes one experiment, showing how it goes; a signal ends it in order. What is predicted of it stands
 * beside what is seen: made while its processes come up, and never beside its traffic, which it would
 * disturb.
 */
export async function follow(
  prepared: Prepared,
  observe: Observe,
  viewOf: ViewOf,
): Promise<Observation> {
  const isWanted = prepared.experiment.predict ?? true;
  if (!isWanted) return watched(prepared, observe, viewOf);
  let prediction: Foretelling | undefined;
  const observation = await watched(prepared, observe, viewOf, async () => {
    prediction = await foretell(prepared);
  });
  // One that starts nothing has nothing to wait for.
  return { ...observation, prediction: prediction ?? (await foretell(prepared)) };
}

function watched(
  prepared: Prepared,
  observe: Observe,
  viewOf: ViewOf,
  meanwhile?: () => Promise<void>,
): Promise<Observation> {
  const progress = viewOf(prepared.experiment, prepared.mesh);
  return untilInterrupted((signal) =>
    observe(prepared, {
      signal,
      onProgress: (event) => {
        progress.show(event);
      },
      ...(meanwhile && { meanwhile }),
    }),
  ).finally(() => {
    progress.end();
  });
}

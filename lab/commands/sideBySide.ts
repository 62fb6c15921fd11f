/**
 * Experiments side by side, in this one process: what decides an outcome runs in processes of its
 * own (Envoys, servers, clients), which end with this one however it ends.
 */
import { whereabouts } from './failure.ts';
import { LabError } from '../../errors/labError.ts';
import { findEnvoy } from '../environment/envoyBinary.ts';
import { runLocally } from '../local/run.ts';
import { longestFirst } from '../predict/longestFirst.ts';
import type { Prepared } from '../watch/observe.ts';
import type { Progress } from '../watch/progress.ts';
import type { Ending, Failure } from '../../experiment/summary.ts';
import type { SideBySideView } from '../report/sideBySideView.ts';

export interface SideBySideOptions {
  /** How many run at a time, at most. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly view: SideBySideView;
}

/**
 * Runs every experiment; one that cannot run does not keep the others from it.
 *
 * @returns what came of each
 * @throws LabError where there is no Envoy to run any
 * @throws the signal's reason, once everything was stopped
 */
export async function runSideBySide(
  experiments: readonly Prepared[],
  { jobs, signal, view }: SideBySideOptions,
): Promise<Map<Prepared, Ending>> {
  if (experiments.length === 0) return new Map();
  // Once for all: on a new machine, each experiment would install an Envoy of its own.
  await findEnvoy({
    onProgress: (text) => {
      view.note(text);
    },
  });
  const observe = runLocally();
  const run = async (prepared: Prepared): Promise<Ending> => {
    const { stack } = prepared.experiment;
    try {
      const onProgress = (progress: Progress): void => {
        view.show(stack, progress);
      };
      return await observe(prepared, { signal, onProgress });
    } catch (error) {
      return failureIn(stack, error);
    }
  };

  // What is started last should not be what all wait for.
  const waiting = experiments.length > jobs ? longestFirst(experiments) : [...experiments];
  const endings = new Map<Prepared, Ending>();
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const ending = await run(next);
      if (signal.aborted) return;
      endings.set(next, ending);
      view.ended(ending);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  signal.throwIfAborted();
  return endings;
}

/** Of an experiment that could not run. */
export function failureIn(stack: string, error: unknown): Failure {
  return error instanceof LabError
    ? { stack, code: error.code, reason: error.message }
    : { stack, code: 'crash', reason: whereabouts(error) };
}

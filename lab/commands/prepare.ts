/** What the commands that run experiments share: from their options to something that can run. */
import { LabError } from '../../errors/labError.ts';
import { loadSource, type Source, type SourceOptions } from '../objects/source.ts';
import type { Prepared } from '../watch/observe.ts';
import {
  type Pace,
  preparedOf,
  type TakenAs,
  type Understood,
  understoodOf,
} from '../watch/prepared.ts';

export interface RunOptions extends PrepareOptions {
  readonly batches?: string;
  readonly timeScale?: string;
  readonly proxyConcurrency?: string;
}

/** @throws LabError naming the option that cannot be used */
export function paceOf({ batches, timeScale, proxyConcurrency }: RunOptions): Pace {
  return {
    batches: batches === undefined ? undefined : wholeNumber('--batches', batches, 1000),
    timeScale: timeScale === undefined ? 1 : scaleFactor(timeScale),
    proxyConcurrency:
      proxyConcurrency === undefined
        ? undefined
        : wholeNumber('--proxy-concurrency', proxyConcurrency, 128),
  };
}

/** @throws LabError naming what cannot be used, and where it stands */
export async function prepare(
  stack: string | undefined,
  options: PrepareOptions,
  pace: Pace,
): Promise<Prepared> {
  return preparedOf(await loadSource(stack, options), options, pace);
}

/** Where the objects come from, the mesh that they are applied to, and how they are to be taken. */
export interface PrepareOptions extends SourceOptions, TakenAs {}

/**
 * A source's objects as a mesh, with what they lack made up.
 *
 * @throws LabError naming what cannot be used, or, where it is to be strict, what is missing
 */
export async function understand(
  stack: string | undefined,
  options: PrepareOptions,
  pace?: Pick<Pace, 'timeScale' | 'proxyConcurrency'>,
): Promise<Understood<Source>> {
  return understoodOf(await loadSource(stack, options), options, pace);
}

/** @throws LabError unless the text is a whole number from 1 to a limit */
export function wholeNumber(option: string, text: string, limit: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= limit) return number;
  throw new LabError(`${option} ${text}: must be a whole number from 1 to ${limit}`);
}

function scaleFactor(text: string): number {
  const factor = Number(text);
  if (text.trim() !== '' && factor >= 0.01 && factor <= 10) return factor;
  throw new LabError(
    `--time-scale ${text}: must be a number from 0.01 to 10; 0.2 makes everything five times as fast`,
  );
}

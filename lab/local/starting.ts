/** Processes that start together. */
import { environmentError } from '../../errors/labError.ts';
import type { Child } from './children.ts';

/** Fails only once nothing is starting any more, so that `stop` finds everything there is. */
export async function allStarted(starts: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(starts);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Rejects when the process ends by itself. */
export function failure(child: Child): Promise<never> {
  return child.unexpectedEnd.then((how) => {
    throw environmentError(how);
  });
}

/** Processes that start together. */
import { availableParallelism } from 'node:os';
import { environmentError } from '../../errors/labError.ts';
import type { Child } from './children.ts';

/**
 * A small mesh starts at once. Of a hundred sidecars and their apps some follow the others: two hundred
 * that start at once are up an eighth to a quarter later, as whoever is up already takes its part of the
 * processors. Each mesh counts its own: meshes that begin side by side come up together, and the first
 * requests of one do not meet the starting processes of another.
 */
const AT_A_TIME = 8 * availableParallelism();

/**
 * Starts all, in this order, so many at a time. Where one fails, or they are no longer wanted, no further
 * one is started.
 *
 * @throws what one of them failed with, once nothing is starting any more, so that `stop` finds
 *   everything there is
 */
export async function allStarted(
  starts: readonly (() => Promise<unknown>)[],
  areWanted: () => boolean,
  atATime = AT_A_TIME,
): Promise<void> {
  const waiting = [...starts];
  const inTurn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && areWanted(); next = waiting.shift()) {
      await next().catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: atATime }, inTurn));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Rejects when the process ends by itself. */
export function failure(child: Child): Promise<never> {
  return child.unexpectedEnd.then((how) => {
    throw environmentError(how);
  });
}

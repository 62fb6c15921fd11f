/** Many seeds on the threads of this machine: the same results whatever their number. */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Simulator } from './engine/simulate.ts';
import type { Model } from './model.ts';
import { type SeedResult, seedResult } from './seedResult.ts';

export interface SeedsOptions {
  readonly seeds: number;
  readonly firstSeed: number;
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A thread takes longer to start than so long a simulation. */
const SHORT_MS = 300;

const THREAD = new URL('./seedThread.ts', import.meta.url);

/**
 * @returns in the order of the seeds
 * @throws the signal's reason
 */
export async function resultsOf(model: Model, options: SeedsOptions): Promise<SeedResult[]> {
  const { seeds, firstSeed, threads = availableParallelism(), signal } = options;
  const all = Array.from({ length: seeds }, (_, index) => firstSeed + index);
  const results: SeedResult[] = [];
  const begunAt = performance.now();
  const simulator = new Simulator(model);
  for (const seed of all) {
    signal?.throwIfAborted();
    results.push(seedResult(simulator, model, seed));
    // Else no signal would be heard, and nobody else would have a turn.
    await setImmediate();
    const spentMs = performance.now() - begunAt;
    const leftMs = (spentMs / results.length) * (seeds - results.length);
    if (threads > 1 && leftMs > SHORT_MS && spentMs > SHORT_MS / 10) break;
  }
  const left = all.slice(results.length);
  return left.length === 0
    ? results
    : [...results, ...(await onThreads(model, left, threads, signal))];
}

async function onThreads(
  model: Model,
  seeds: readonly number[],
  threads: number,
  signal: AbortSignal | undefined,
): Promise<SeedResult[]> {
  const size = Math.max(1, Math.ceil(seeds.length / (4 * threads)));
  const lots = Array.from({ length: Math.ceil(seeds.length / size) }, (_, index) =>
    seeds.slice(index * size, (index + 1) * size),
  );
  const results: SeedResult[][] = lots.map(() => []);
  let next = 0;
  const workers = Array.from({ length: Math.min(threads, lots.length) }, () => {
    return new Worker(THREAD, { workerData: model });
  });
  const serve = async (worker: Worker): Promise<void> => {
    while (next < lots.length) {
      const lot = next;
      next += 1;
      worker.postMessage(lots[lot]);
      const [some] = (await once(worker, 'message', { signal })) as [SeedResult[]];
      results[lot] = some;
    }
  };
  try {
    await Promise.all(workers.map(serve));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results.flat();
}

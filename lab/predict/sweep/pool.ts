/** The cells of a sweep on the threads of this machine. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Model } from '../model.ts';
import { type Asked, type CellFigures, cellFigures, type Seeds } from './cell.ts';
import { modelIn, type ModelFor, type Picks, type Plan } from './plan.ts';

export interface ThreadData {
  readonly seeds: Seeds;
  readonly asked: Asked;
  readonly plan: Plan | undefined;
}

export type Cell = { readonly picks: Picks } | { readonly model: Model };

/** Cells that follow each other. */
export interface Lot {
  readonly first: number;
  readonly cells: readonly Cell[];
}

export interface ThreadResult {
  readonly first: number;
  readonly figures: readonly CellFigures[];
}

export interface Work {
  readonly plan: Plan | undefined;
  /** For what the plan cannot put together. */
  readonly modelFor: ModelFor;
  readonly cells: readonly Picks[];
  readonly seeds: Seeds;
  readonly asked: Asked;
  /** One a processor where unset. */
  readonly threads?: number | undefined;
  readonly signal: AbortSignal;
  readonly onCells: (done: number) => void;
}

/** A thread takes longer to start than so few cells. */
const FEW_CELLS = 40;

/** Few enough that threads end together, and that what is done is known. */
const MOST_IN_A_LOT = 16;

/**
 * The same whatever the number of threads.
 *
 * @returns the figures of the cells, in their order
 * @throws the signal's reason
 */
export async function figuresOfAll(work: Work): Promise<CellFigures[]> {
  const { cells, threads = availableParallelism() } = work;
  const figures =
    cells.length <= FEW_CELLS || threads === 1
      ? await onThisThread(work)
      : await onThreads(work, threads);
  work.signal.throwIfAborted();
  return figures;
}

async function onThisThread(work: Work): Promise<CellFigures[]> {
  const { plan, cells, seeds, asked, modelFor, signal, onCells } = work;
  const figures: CellFigures[] = [];
  for (const picks of cells) {
    figures.push(cellFigures(plan ? modelIn(plan, picks) : await modelFor(picks), seeds, asked));
    onCells(figures.length);
    // Lets a signal come through.
    await new Promise(setImmediate);
    signal.throwIfAborted();
  }
  return figures;
}

async function onThreads(work: Work, threads: number): Promise<CellFigures[]> {
  const { plan, cells, seeds, asked, signal, onCells } = work;
  const size = Math.max(1, Math.min(MOST_IN_A_LOT, Math.floor(cells.length / (4 * threads))));
  const figures: CellFigures[] = new Array<CellFigures>(cells.length);
  const data: ThreadData = { seeds, asked, plan };
  const workers = Array.from({ length: threads }, () => new Worker(WORKER, { workerData: data }));
  let next = 0;
  let done = 0;
  const serve = async (worker: Worker): Promise<void> => {
    while (next < cells.length) {
      const first = next;
      next = Math.min(cells.length, first + size);
      const { figures: some } = await exchange(worker, await lotOf(work, first, next), signal);
      for (const [index, one] of some.entries()) figures[first + index] = one;
      done += some.length;
      onCells(done);
    }
  };
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return figures;
}

const WORKER = new URL('./worker.ts', import.meta.url);

async function lotOf({ plan, cells, modelFor }: Work, first: number, end: number): Promise<Lot> {
  const lot: Cell[] = [];
  for (const picks of cells.slice(first, end)) {
    lot.push(plan ? { picks } : { model: await modelFor(picks) });
  }
  return { first, cells: lot };
}

function exchange(worker: Worker, lot: Lot, signal: AbortSignal): Promise<ThreadResult> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener('abort', stop, { once: true });
    worker.once('error', reject);
    worker.once('message', (result: ThreadResult) => {
      signal.removeEventListener('abort', stop);
      worker.removeListener('error', reject);
      resolve(result);
    });
    worker.postMessage(lot);
  });
}

/** A thread of a sweep: the figures of the cells that it is handed, one message for each lot. */
import { parentPort, workerData } from 'node:worker_threads';
import { cellFigures } from './cell.ts';
import { modelIn } from './plan.ts';
import type { Lot, ThreadData, ThreadResult } from './pool.ts';

const { seeds, asked, plan } = workerData as ThreadData;

parentPort?.on('message', ({ first, cells }: Lot) => {
  const figures = cells.map((cell) => {
    const model = 'model' in cell ? cell.model : plan && modelIn(plan, cell.picks);
    if (model === undefined) throw new TypeError('a cell without a model');
    return cellFigures(model, seeds, asked);
  });
  parentPort?.postMessage({ first, figures } satisfies ThreadResult);
});

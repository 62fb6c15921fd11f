/** A thread of a prediction: the results of the seeds that it is handed, one message for each lot. */
import { parentPort, workerData } from 'node:worker_threads';
import { Simulator } from './engine/simulate.ts';
import type { Model } from './model.ts';
import { type SeedResult, seedResult } from './seedResult.ts';

const model = workerData as Model;
const simulator = new Simulator(model);

parentPort?.on('message', (seeds: readonly number[]) => {
  const results = seeds.map((seed): SeedResult => seedResult(simulator, model, seed));
  parentPort?.postMessage(results);
});

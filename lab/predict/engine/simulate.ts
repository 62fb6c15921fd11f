/** One seed's run of a model. */
import type { Model } from '../model.ts';
import type { Run } from './run.ts';

/** In place of a load's own times: when each request is sent, in ms, batch by batch. */
export interface SendTrace {
  readonly client: readonly number[];
  readonly batch: readonly number[];
  /** Not going back. */
  readonly sentMs: readonly number[];
}

export interface SimulateOptions {
  readonly trace?: SendTrace;
}

/** Keeps its buffers from one run to the next: a run is over when the next begins. */
export class Simulator {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Naive as yet: every request is answered after one service time. */
  run(seed: number, { trace }: SimulateOptions = {}): Run {
    if (trace !== undefined) throw new TypeError('naive as yet');
    const { clients, watch } = this.#model;
    const rows = clients.flatMap(({ load }, client) =>
      load.mode === 'batch'
        ? Array.from({ length: load.size * watch.warmBatches }, (_, index) => ({
            client,
            batch: Math.floor(index / load.size),
            sentMs: Math.floor(index / load.size) * load.intervalMs,
          }))
        : [{ client, batch: 0, sentMs: 0 }],
    );
    const { length } = rows;
    return {
      seed,
      requests: length,
      batches: watch.inBatches ? watch.warmBatches : 1,
      firstWarm: 0,
      durationMs: Math.max(0, ...rows.map(({ sentMs }) => sentMs)) + watch.serviceTimeMs,
      client: Int32Array.from(rows, ({ client }) => client),
      batch: Int32Array.from(rows, ({ batch }) => batch),
      sentMs: Float64Array.from(rows, ({ sentMs }) => sentMs),
      endedMs: Float64Array.from(rows, ({ sentMs }) => sentMs + watch.serviceTimeMs),
      status: new Int16Array(length).fill(200),
      refusedBy: new Uint8Array(length),
      endpoint: new Int32Array(length),
      cluster: new Int32Array(length),
      attempts: new Uint8Array(length).fill(1),
      flag: new Uint8Array(length),
      counters: new Int32Array(0),
      health: [],
    };
  }
}

/** One run by a simulator of its own; who needs many keeps a `Simulator`. */
export function simulate(model: Model, seed: number, options: SimulateOptions = {}): Run {
  return new Simulator(model).run(seed, options);
}

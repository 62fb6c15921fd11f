/** What a simulated run leaves: one entry a request in arrays, and what the proxies counted. */
import { refusal, type Refusal } from '../../../experiment/expectation.ts';
import type { Counter } from '../../../envoy/statistics.ts';

/** The words behind `Run.refusedBy`: 0 is none. */
export const REFUSALS: readonly (Refusal | null)[] = [null, ...refusal.options];

/** The arrays may be longer than what they hold, and are overwritten by the simulator's next run. */
export interface Run {
  readonly seed: number;
  /** Entries of the arrays that are a request's. */
  readonly requests: number;
  /** Batches that every client finished. */
  readonly batches: number;
  /** The first warm batch; `batches` where none was. */
  readonly firstWarm: number;
  /** The last answer, in ms since the start. */
  readonly durationMs: number;
  /** Index in `Model.clients`. */
  readonly client: Int32Array;
  readonly batch: Int32Array;
  readonly sentMs: Float64Array;
  readonly endedMs: Float64Array;
  /** 0 where no answer came. */
  readonly status: Int16Array;
  /** Index in REFUSALS. */
  readonly refusedBy: Uint8Array;
  /** Of the first hop's cluster, its endpoint's index there; NONE where it was sent to none. */
  readonly endpoint: Int32Array;
  /** Index in `Model.clusters` of the cluster that chose the endpoint; NONE for none. */
  readonly cluster: Int32Array;
  readonly attempts: Int32Array;
  /** Response flags of the proxy nearest to the client, an index in FLAGS. */
  readonly flag: Int32Array;
  /** By cluster. */
  readonly counters: readonly Readonly<Record<Counter, number>>[];
  /** At the end, of the listeners that find one by themselves (gradient.ts). */
  readonly concurrencyLimits: readonly number[];
  /** In the order of time. */
  readonly health: readonly HealthChange[];
}

export interface HealthChange {
  readonly atMs: number;
  readonly cluster: number;
  /** Index in the cluster's endpoints. */
  readonly endpoint: number;
  readonly ejected: boolean;
  /** The detector, by Envoy's name; empty for a return. */
  readonly reason: string;
}

/** What a proxy's log says of how it ended: Envoy's response flags. */
export const FLAGS = ['', 'UO', 'URX', 'UH', 'UF', 'UT', 'NR', 'NC', 'FI'] as const;
export const FLAG = { none: 0, UO: 1, URX: 2, UH: 3, UF: 4, UT: 5, NR: 6, NC: 7, FI: 8 } as const;

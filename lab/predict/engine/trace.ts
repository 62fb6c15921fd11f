/** The times at which a run sent its requests, in place of a load's own: to compare request by request. */
import type { Load } from '../model.ts';

/** One entry a request; the times of a client do not go back. */
export interface SendTrace {
  /** Index in `Model.clients`. */
  readonly client: readonly number[];
  readonly batch: readonly number[];
  /** Since the start. */
  readonly sentMs: readonly number[];
}

/** What one client sends. */
export interface Traced {
  readonly load: Load & { readonly mode: 'at' };
  readonly batches: readonly number[];
}

export function tracedClients(trace: SendTrace, clients: number): Traced[] {
  return Array.from({ length: clients }, (_, client): Traced => {
    const own = trace.client.flatMap((one, index) => (one === client ? [index] : []));
    const dueMs = own.map((index) => trace.sentMs[index] ?? 0);
    return {
      load: {
        mode: 'at',
        dueMs,
        requests: dueMs.length,
        durationMs: Infinity,
        maxInFlight: Infinity,
        startMs: 0,
      },
      batches: own.map((index) => trace.batch[index] ?? 0),
    };
  });
}

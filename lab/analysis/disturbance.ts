/**
 * What the machine did to a run. A process of the experiment that is kept from running answers, sends
 * or refuses later than the mesh would have it: where that is long enough to change an outcome, the
 * batch says nothing about the mesh and is not judged.
 */
import type { ClientResponse } from '../../apps/contract.ts';
import type { Disturbance } from '../../experiment/observation.ts';

/** Somebody did not run when they should have. */
export interface Lag {
  /** Epoch ms at which it was over. */
  readonly at: number;
  readonly lagMs: number;
  /** Who, and what they did in place of running, such as `the sidecar of pyclient-0 waited for a processor`. */
  readonly who: string;
}

export interface Run {
  /** Batches that every client has finished. */
  readonly batches: number;
  readonly responses: readonly ClientResponse[];
  readonly lags: readonly Lag[];
  /** The lags that change no outcome, in ms. */
  readonly toleratedMs: number;
  /** When a request of a batch was due, epoch ms; undefined where its load has no batches. */
  readonly dueAt: (response: ClientResponse) => number | undefined;
}

/** The batches in which somebody lagged by more than is tolerated, each with the longest lag. */
export function disturbances(run: Run): Disturbance[] {
  const { batches, toleratedMs } = run;
  const byBatch = Map.groupBy(run.responses, ({ batch }) => batch);
  return Array.from({ length: batches }, (_, batch) => batch).flatMap((batch): Disturbance[] => {
    const responses = byBatch.get(batch) ?? [];
    const lags = [...lagsDuring(responses, run.lags), ...lateSends(responses, run.dueAt)];
    const longest = lags.reduce<Lag | undefined>(
      (most, lag) => (most === undefined || lag.lagMs > most.lagMs ? lag : most),
      undefined,
    );
    if (longest === undefined || longest.lagMs <= toleratedMs) return [];
    return [{ batch, lagMs: Math.round(longest.lagMs), toleratedMs, who: longest.who }];
  });
}

/** Those that fell, even in part, into the time from a batch's first request to its last answer. */
function lagsDuring(responses: readonly ClientResponse[], lags: readonly Lag[]): Lag[] {
  const from = responses.reduce((first, { sentAt }) => Math.min(first, sentAt), Infinity);
  const to = responses.reduce((last, { endedAt }) => Math.max(last, endedAt), -Infinity);
  return lags.filter(({ at, lagMs }) => at > from && at - lagMs < to);
}

/** Each request against the time at which it, and those of the other clients, are due. */
function lateSends(responses: readonly ClientResponse[], dueAt: Run['dueAt']): Lag[] {
  return responses.flatMap((response): Lag[] => {
    const { client, sentAt } = response;
    const due = dueAt(response);
    return due === undefined
      ? []
      : [{ at: sentAt, lagMs: sentAt - due, who: `${client} sent late` }];
  });
}

/** One sentence for each batch, for people. */
export function told({ batch, lagMs, toleratedMs, who }: Disturbance, inBatches: boolean): string {
  const what = inBatches ? `batch ${batch + 1}` : 'the run';
  return `${what}: ${who}, ${lagMs} ms where more than ${toleratedMs} ms may change an outcome`;
}

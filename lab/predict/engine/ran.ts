/** What a run leaves, when it is over. */
import type { Model } from '../model.ts';
import type { Admission } from './admission.ts';
import type { Clusters } from './clusters.ts';
import type { Outliers } from './outliers.ts';
import type { Requests } from './requests.ts';
import type { Run } from './run.ts';

export interface Ran {
  readonly requests: Requests;
  readonly clusters: Clusters;
  readonly outliers: Outliers;
  readonly admission: Admission;
}

export function ran(parts: Ran, model: Model, seed: number, batches: number): Run {
  const { requests, clusters, outliers, admission } = parts;
  requests.attribute(model);
  let durationMs = 0;
  for (let row = 0; row < requests.count; row += 1) {
    if ((requests.batch[row] as number) < batches) {
      durationMs = Math.max(durationMs, requests.endedMs[row] as number);
    }
  }
  const { inBatches } = model.watch;
  return {
    seed,
    requests: requests.count,
    batches,
    firstWarm: inBatches ? requests.warmUp.firstWarm(batches) : 0,
    durationMs,
    client: requests.client,
    batch: requests.batch,
    sentMs: requests.sentMs,
    endedMs: requests.endedMs,
    status: requests.status,
    refusedBy: requests.refusedBy,
    endpoint: requests.endpoint,
    cluster: requests.cluster,
    attempts: requests.attempts,
    flag: requests.flag,
    counters: clusters.all.map(({ counters }) => counters),
    concurrencyLimits: admission.limits(),
    health: outliers.changes,
  };
}

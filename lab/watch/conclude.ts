/** What was recorded of a run, made into its observation. */
import { LOADS } from '../../apps/contract.ts';
import type { Thresholds } from '../../envoy/thresholds.ts';
import { finish, type RunFacts } from '../analysis/finish.ts';
import { requestsOf } from '../analysis/requests.ts';
import type { Observation } from '../../experiment/observation.ts';
import type { Recorder } from './recorder.ts';

export interface Watched extends Omit<RunFacts, 'startedAt' | 'requests' | 'disturbed'> {
  readonly recorder: Recorder;
  /** The lags that change no outcome, in ms. */
  readonly toleratedMs: number;
  /** The run's start, epoch ms. */
  readonly startedAt: number;
  /** The pod behind `ip:port` of an upstream host. */
  readonly podAt: (upstreamHost: string) => string;
  /** The workload of a pod; where unset, pods are called by their ids. */
  readonly workloadOf?: (pod: string) => string;
  /** The clients whose proxies pass bytes on; none where unset. */
  readonly overTcp?: ReadonlySet<string>;
  /** The limits of a cluster in the proxy of a pod. */
  readonly limitsOf: (pod: string, cluster: string) => Thresholds | undefined;
}

export function conclude({
  recorder,
  toleratedMs,
  startedAt,
  podAt,
  workloadOf = (pod) => pod,
  overTcp = new Set(),
  limitsOf,
  ...watched
}: Watched): Observation {
  const { experiment, batches } = watched;
  return finish({
    ...watched,
    startedAt: new Date(startedAt).toISOString(),
    requests: requestsOf({
      startedAt,
      batches,
      warmsUp: LOADS[experiment.load].inBatches,
      responses: recorder.responses,
      logs: recorder.logs,
      podAt,
      workloadOf,
      overTcp,
      limitsOf: (pod, { upstreamCluster }) =>
        upstreamCluster === undefined ? undefined : limitsOf(pod, upstreamCluster),
    }),
    disturbed: recorder.disturbances(batches, toleratedMs),
  });
}

/** What was recorded of a run, made into its observation. */
import { ROLES } from '../../experiment/roles.ts';
import { LOADS } from '../../apps/contract.ts';
import type { Thresholds } from '../../envoy/thresholds.ts';
import { explain } from '../analysis/explanation/explain.ts';
import type { Facts } from '../analysis/explanation/facts.ts';
import { requestsOf } from '../analysis/requests.ts';
import type { Observation, Proxy } from '../../experiment/observation.ts';
import { verdict } from '../analysis/verdict.ts';
import type { Recorder } from './recorder.ts';

export type Watched = Omit<
  Facts,
  'stack' | 'startedAt' | 'durationMs' | 'requests' | 'disturbed'
> & {
  /** What could not be seen, a sentence each: it leaves the verdict open. */
  readonly unseen?: readonly string[];
  /** What was over before anybody looked, a sentence each: what does not hold is left open. */
  readonly missed?: readonly string[];
  readonly recorder: Recorder;
  /** The lags that change no outcome, in ms. */
  readonly toleratedMs: number;
  /** The run's start, epoch ms. */
  readonly startedAt: number;
  /** The pod behind `ip:port` of an upstream host. */
  readonly podAt: (upstreamHost: string) => string;
  /** The limits of a cluster in the proxy of a pod. */
  readonly limitsOf: (pod: string, cluster: string) => Thresholds | undefined;
};

export function conclude({
  recorder,
  toleratedMs,
  startedAt,
  podAt,
  limitsOf,
  unseen = [],
  missed = [],
  ...watched
}: Watched): Observation {
  const { experiment, batches } = watched;
  const proxies = watched.proxies.toSorted(byWay);
  const requests = requestsOf({
    startedAt,
    batches,
    warmsUp: LOADS[experiment.load].inBatches,
    responses: recorder.responses,
    logs: recorder.logs,
    podAt,
    limitsOf: (pod, { upstreamCluster }) =>
      upstreamCluster === undefined ? undefined : limitsOf(pod, upstreamCluster),
  });
  const facts: Facts = {
    ...watched,
    leftOut: [...watched.leftOut, ...unseen, ...missed],
    proxies,
    stack: experiment.stack,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Math.round(Math.max(0, ...requests.map(({ endedMs }) => endedMs))),
    requests,
    disturbed: recorder.disturbances(batches, toleratedMs),
  };
  return { ...facts, explanation: explain(facts), verdict: verdict({ ...facts, unseen, missed }) };
}

/** From the client to the server, whichever came up first. */
function byWay(a: Proxy, b: Proxy): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || (a.pod < b.pod ? -1 : 1);
}

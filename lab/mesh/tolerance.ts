/** How late a part of an experiment may be without changing what becomes of a request. */
import { durationMs, parseDuration } from '../../istio/duration.ts';
import type { Mesh } from './model.ts';

/** Of a service time: the windows in which answers are counted are a few tenths wide. */
const OF_SERVICE_TIME = 0.1;
/** Of a timeout, which a request of an idle mesh does not come near. */
const OF_TIMEOUT = 0.5;
/** Of the time between two sweeps for ejected endpoints. */
const OF_INTERVAL = 0.5;
/** Where the experiment has no time of its own: what a person would call a stall. */
const WITHOUT_TIMES_MS = 250;
/** Processes wait so long for each other on an idle machine, too. */
const USUAL_MS = 20;

/**
 * @param mesh with its times as they run, shrunk or not
 * @param serviceTimeMs of the experiment, shrunk alike; 0 for none
 * @returns milliseconds
 */
export function toleratedLag(
  { virtualServices, destinationRules }: Pick<Mesh, 'virtualServices' | 'destinationRules'>,
  serviceTimeMs: number,
): number {
  const timeouts = virtualServices.flatMap(({ spec }) =>
    (spec.http ?? []).flatMap(({ timeout, retries }) => [timeout, retries?.perTryTimeout]),
  );
  const intervals = destinationRules.flatMap(({ spec: { trafficPolicy, subsets = [] } }) =>
    [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)].map(
      (policy) => policy?.outlierDetection?.interval,
    ),
  );
  const some = [
    serviceTimeMs * OF_SERVICE_TIME,
    ...timeouts.map((text) => (parseDuration(text ?? '') ?? 0) * OF_TIMEOUT),
    ...intervals.map((text) => (text === undefined ? 0 : durationMs(text)) * OF_INTERVAL),
  ].filter((ms) => ms > 0);
  return Math.round(Math.max(USUAL_MS, Math.min(...some, WITHOUT_TIMES_MS)));
}

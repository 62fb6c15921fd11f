/** Where a verdict broke: for each check that does not hold, the batch that is furthest from it. */
import { LOADS } from '../../apps/contract.ts';
import type { Check, Observation, Request } from '../../experiment/observation.ts';
import { durationMs } from '../../istio/duration.ts';
import { healthChanges, phaseAt } from './phases.ts';
import { matches } from './verdict.ts';

export interface Broken {
  readonly check: Check;
  readonly batch: number;
  /** Those of the batch that the check counts. */
  readonly matched: readonly Request[];
  /** By how many there are too many or too few. */
  readonly by: number;
}

/** In the order of the checks; none for what no single batch decides. */
export function brokenBatches(observation: Observation): Broken[] {
  const { experiment, requests, verdict, disturbed, proxies, timeScale } = observation;
  if (!LOADS[experiment.load].inBatches) return [];
  const unjudged = new Set(disturbed.map(({ batch }) => batch));
  const serviceTimeMs = durationMs(experiment.serviceTime) * timeScale;
  const changes = healthChanges(proxies);
  return verdict.checks.flatMap((check): Broken[] => {
    const expectation = experiment.expect.find(({ name }) => name === check.name);
    if (check.outcome !== 'does not hold' || expectation === undefined) return [];
    if (expectation.statistic !== undefined) return [];
    const { count, mean, cold, during } = expectation;
    const bounds = count ?? mean;
    if (bounds === undefined) return [];
    const judged = requests.filter(
      ({ warmUp, batch, sentMs }) =>
        warmUp === (cold === true) &&
        !unjudged.has(batch) &&
        (during === undefined || phaseAt(changes, sentMs) === during),
    );
    const found = [...Map.groupBy(judged, ({ batch }) => batch)].map(([batch, all]): Broken => {
      const matched = all.filter((request) => matches(expectation, request, serviceTimeMs));
      const by = Math.max(matched.length - bounds[1], bounds[0] - matched.length);
      return { check, batch, matched, by };
    });
    const worst = found.reduce<Broken | undefined>(
      (most, one) => (one.by > (most?.by ?? 0) ? one : most),
      undefined,
    );
    return worst === undefined ? [] : [worst];
  });
}

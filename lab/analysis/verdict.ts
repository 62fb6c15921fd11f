/** Whether a run showed what its experiment expects, line by line. */
import { LOADS } from '../../apps/contract.ts';
import type {
  Expectation,
  RequestExpectation,
  StatisticExpectation,
} from '../../experiment/expectation.ts';
import { expectedText, percent, round } from '../../experiment/expected.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { durationMs } from '../../istio/duration.ts';
import { type HealthChange, healthChanges, phaseAt } from './phases.ts';
import { told } from './disturbance.ts';
import type {
  Check,
  Cluster,
  Disturbance,
  Judgement,
  Proxy,
  Request,
  Verdict,
} from '../../experiment/observation.ts';

export interface Evidence {
  readonly experiment: Experiment;
  readonly requests: readonly Request[];
  readonly proxies: readonly Proxy[];
  readonly faults: readonly string[];
  /** Batches that are not judged. */
  readonly disturbed: readonly Disturbance[];
  /**
   * What of the run could not be seen, a sentence each. Of a run that was not seen as a whole only a
   * fault can be said for certain.
   */
  readonly unseen?: readonly string[];
  /**
   * What of the load was over before anybody looked, a sentence each: what does not hold may be for
   * that.
   */
  readonly missed?: readonly string[];
  /** 1 unless the experiment's times were shrunk. */
  readonly timeScale: number;
}

/** Every check, in the order of the expectations. The verdict holds when all of them do. */
export function verdict(evidence: Evidence): Verdict {
  const { experiment, faults, disturbed, unseen = [], missed = [] } = evidence;
  const ofTheMesh = [
    ...(speaksOfWarmBatches(experiment) ? [enoughWarmBatches(evidence)] : []),
    ...experiment.expect.map((expectation) => checkOne(expectation, evidence)),
  ];
  const judged =
    unseen.length > 0
      ? ofTheMesh.map(leftOpen)
      : isUnreliable(evidence)
        ? ofTheMesh.map((check) => unblamed(check, experiment))
        : missed.length > 0
          ? ofTheMesh.map((check) => (check.outcome === 'does not hold' ? leftOpen(check) : check))
          : ofTheMesh;
  const checks = [...judged, noFaults(faults)];
  const outcome = overall(checks.map((check) => check.outcome));
  if (outcome !== 'inconclusive') return { outcome, checks };
  const open = checks.find((check) => check.outcome === 'inconclusive');
  const because =
    unseen[0] ??
    disturbance(disturbed, experiment) ??
    missed[0] ??
    (open && `${open.name}: ${open.seen}`);
  return { outcome, ...(because !== undefined && { because }), checks };
}

function leftOpen(check: Check): Check {
  return { ...check, outcome: 'inconclusive' };
}

/**
 * Whether what does not hold may be the machine's doing: it disturbed the load that has no batches, or
 * at least half of the batches, or left too few to judge.
 */
function isUnreliable({ experiment, requests, disturbed }: Evidence): boolean {
  if (disturbed.length === 0) return false;
  if (!LOADS[experiment.load].inBatches) return true;
  const warm = new Set(requests.filter(({ warmUp }) => !warmUp).map(({ batch }) => batch));
  const spoilt = disturbed.filter(({ batch }) => warm.has(batch)).length;
  return warm.size - spoilt < experiment.warmBatches || 2 * spoilt >= warm.size;
}

/** Of a load in batches, what holds was seen in batches that were not disturbed. */
function unblamed(check: Check, { load }: Experiment): Check {
  return check.outcome === 'holds' && LOADS[load].inBatches ? check : leftOpen(check);
}

/** The worst that the machine did, and what helps. */
function disturbance(disturbed: readonly Disturbance[], { load }: Experiment): string | undefined {
  const worst = disturbed.toSorted((a, b) => b.lagMs - a.lagMs)[0];
  if (worst === undefined) return undefined;
  const others = disturbed.length > 1 ? `, and ${disturbed.length - 1} more were disturbed` : '';
  return (
    `this machine was too busy (${told(worst, LOADS[load].inBatches)}${others}). Run it when the machine ` +
    'is idle, fewer experiments at a time (--jobs), or slower (a larger --time-scale).'
  );
}

/** One that does not hold decides; else one that cannot be judged leaves the whole open. */
export function overall(outcomes: readonly Judgement[]): Judgement {
  if (outcomes.includes('does not hold')) return 'does not hold';
  return outcomes.includes('inconclusive') ? 'inconclusive' : 'holds';
}

function judged(holds: boolean): Judgement {
  return holds ? 'holds' : 'does not hold';
}

function checkOne(expectation: Expectation, evidence: Evidence): Check {
  return expectation.statistic !== undefined
    ? checkStatistic(expectation, evidence.proxies)
    : checkRequests(expectation, evidence);
}

// Requests

/** Whether a request is one of those that an expectation counts, whenever it was sent. */
export function matches(
  expectation: RequestExpectation,
  request: Request,
  serviceTimeMs: number,
): boolean {
  const { status, refusedBy, hop, flag, endpoint, serviceTimes } = expectation;
  if (status !== undefined && request.status !== status) return false;
  if (refusedBy !== undefined) {
    if (request.refusedBy === null || ![refusedBy].flat().includes(request.refusedBy)) return false;
  }
  if (hop !== undefined && hop !== `${request.hop?.caller ?? ''} -> ${request.hop?.called ?? ''}`) {
    return false;
  }
  if (flag !== undefined && !(request.flags.client ?? '').split(',').includes(flag)) return false;
  if (endpoint !== undefined && !isCalled(request.endpoint, endpoint)) return false;
  if (serviceTimes !== undefined) {
    const times = (request.endedMs - request.sentMs) / serviceTimeMs;
    // A timer may fire a moment early; a hundredth of a service time is no difference in kind.
    if (times < serviceTimes[0] - 0.01 || times > serviceTimes[1]) return false;
  }
  return true;
}

/** Pods are known by namespace and name, and meant by the beginning of either. */
function isCalled(pod: string | null, beginning: string): boolean {
  if (pod === null) return false;
  return pod.startsWith(beginning) || (pod.split('/')[1] ?? '').startsWith(beginning);
}

function checkRequests(expectation: RequestExpectation, evidence: Evidence): Check {
  const { name, count, mean, share, during, because } = expectation;
  const { groups, allDisturbed } = countedGroups(expectation, evidence);
  const serviceTimeMs = durationMs(evidence.experiment.serviceTime) * evidence.timeScale;
  const counts = groups.map(
    (group) => group.filter((request) => matches(expectation, request, serviceTimeMs)).length,
  );
  const matched = counts.reduce((sum, n) => sum + n, 0);
  const counted = groups.reduce((sum, group) => sum + group.length, 0);
  const average = matched / Math.max(1, counts.length);
  const part = matched / Math.max(1, counted);
  const outcome = judged(
    counts.length > 0 &&
      (count === undefined || counts.every((n) => isWithin(n, count))) &&
      (mean === undefined || isWithin(average, mean)) &&
      (share === undefined || (counted > 0 && isWithin(part, share))),
  );
  const unknowable = allDisturbed
    ? 'this machine disturbed every batch that counts'
    : outcome === 'does not hold' && during !== undefined && hidesReturns(evidence.proxies)
      ? 'the proxy that ejected keeps no statistics (proxyStatsMatcher), so a short return is not seen'
      : undefined;
  const figures = [
    counts.join(' '),
    ...(mean === undefined ? [] : [`mean ${round(average)}`]),
    ...(share === undefined ? [] : [`${percent(part)} % of ${counted}`]),
  ];
  return {
    name,
    expected: expectedText(expectation, evidence.experiment.load),
    seen: unknowable ?? (counts.length === 0 ? 'none to count' : figures.join(', ')),
    outcome: unknowable === undefined ? outcome : 'inconclusive',
    ...(because !== undefined && { because }),
  };
}

/** The requests that an expectation speaks of, batch by batch; and whether there were some, none to be judged. */
function countedGroups(
  { cold, during }: RequestExpectation,
  { experiment, requests, proxies, disturbed }: Evidence,
): { readonly groups: Request[][]; readonly allDisturbed: boolean } {
  const unjudged = new Set(disturbed.map(({ batch }) => batch));
  const changes: HealthChange[] = during === undefined ? [] : healthChanges(proxies);
  const counted = requests.filter(
    ({ warmUp, sentMs }) =>
      warmUp === (cold === true) && (during === undefined || phaseAt(changes, sentMs) === during),
  );
  if (!LOADS[experiment.load].inBatches) return { groups: [counted], allDisturbed: false };
  const groups = [...Map.groupBy(counted, ({ batch }) => batch)]
    .filter(([batch]) => !unjudged.has(batch))
    .sort(([a], [b]) => a - b)
    .map(([, group]) => group);
  return { groups, allDisturbed: groups.length === 0 && counted.length > 0 };
}

// Statistics

function checkStatistic(expectation: StatisticExpectation, proxies: readonly Proxy[]): Check {
  const { name, statistic, of, cluster: part = '', total, peak, because } = expectation;
  const used = proxies.filter(({ role }) => role === of).flatMap(({ clusters }) => clusters);
  const clusters = used.filter((cluster) => cluster.name.includes(part));
  const value =
    total === undefined
      ? Math.max(0, ...clusters.flatMap(({ gauges }) => gauges[statistic]?.value ?? []))
      : clusters.reduce(
          (sum, { before, after }) => sum + (after[statistic] ?? 0) - (before[statistic] ?? 0),
          0,
        );
  const bounds = total ?? peak ?? [0, 0];
  // Of what is not there, no count holds, not even 0: its name may be misspelt.
  const missing =
    used.length === 0
      ? `no cluster of a ${of}'s proxy was used`
      : clusters.length === 0
        ? `no cluster '${part}': used were ${[...new Set(used.map((one) => one.name))].join(', ')}`
        : undefined;
  const unkept = clusters.some((cluster) => keepsNone(cluster));
  return {
    name,
    expected: expectedText(expectation),
    seen:
      missing ??
      (unkept ? `the ${of}'s proxy keeps no statistics (proxyStatsMatcher)` : String(value)),
    outcome: unkept ? 'inconclusive' : judged(missing === undefined && isWithin(value, bounds)),
    ...(because !== undefined && { because }),
  };
}

/**
 * Whether an endpoint may have come back and been ejected again between two readings of its health:
 * only the counter of ejections would tell.
 */
function hidesReturns(proxies: readonly Proxy[]): boolean {
  return proxies
    .flatMap(({ clusters }) => clusters)
    .some(
      (cluster) =>
        keepsNone(cluster) &&
        cluster.endpoints.some(({ health }) =>
          health.some(({ outlierCheck }) => outlierCheck === 'FAILED'),
        ),
    );
}

/** Istio's proxies have no statistics of a cluster but those that an annotation asks for. */
function keepsNone({ after, gauges }: Cluster): boolean {
  return Object.keys(after).length === 0 && Object.keys(gauges).length === 0;
}

// The run itself

function speaksOfWarmBatches({ load, expect }: Experiment): boolean {
  return (
    LOADS[load].inBatches && expect.some((one) => one.statistic === undefined && one.cold !== true)
  );
}

function enoughWarmBatches({ experiment, requests, disturbed }: Evidence): Check {
  const needed = experiment.batches > 0 ? 1 : experiment.warmBatches;
  const unjudged = new Set(disturbed.map(({ batch }) => batch));
  const warm = requests.filter(({ warmUp, batch }) => !warmUp && !unjudged.has(batch));
  const seen = new Set(warm.map(({ batch }) => batch)).size;
  return {
    name: 'warm batches',
    expected: `at least ${needed}`,
    seen: String(seen),
    outcome: judged(seen >= needed),
    because: 'the expectations speak of batches whose connection pools have stopped growing',
  };
}

function noFaults(faults: readonly string[]): Check {
  return {
    name: 'nothing broke',
    expected: 'no fault',
    seen: faults.length === 0 ? 'no fault' : faults.join('; '),
    outcome: judged(faults.length === 0),
  };
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}

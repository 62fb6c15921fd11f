/** When endpoints were taken out of the load balancing, by which detector, and what came of it. */
import { shortName, subsetOf } from '../../../envoy/clusterName.ts';
import { endOf, healthChanges } from '../phases.ts';
import {
  count,
  grown,
  inBrackets,
  isFlagged,
  limitTexts,
  placesOf,
  refused,
  type Rule,
  seconds,
  siblingsOf,
} from './facts.ts';

const ejected: Rule = (facts) => {
  const changes = healthChanges(facts.proxies);
  return changes
    .filter((change) => change.ejected)
    .map((change) => {
      const back = endOf(change, changes);
      const end =
        back === undefined
          ? 'and was still out at the end'
          : `and came back ${seconds(back.atMs - change.atMs)} later, at the first sweep after its time`;
      return (
        `${change.pod} was ejected at ${seconds(change.atMs)} by the proxy of ${change.proxy}` +
        `${inBrackets(...(change.reason === undefined ? [] : [change.reason]))}, ${end}.`
      );
    });
};

/** istiod sets the panic threshold to 0 wherever outlier detection is on. */
const nobodyLeft: Rule = (facts) => {
  const requests = refused(facts, 'no-healthy-upstream');
  if (requests.length === 0) return [];
  const wasEjected = healthChanges(facts.proxies).some((change) => change.ejected);
  return [
    `${count(requests.length, 'request')} got 503 UH: ` +
      (wasEjected
        ? 'every endpoint of the chosen cluster was ejected, and with outlierDetection Istio lets ' +
          'none be called all the same (healthy_panic_threshold 0).'
        : 'the chosen cluster had no healthy endpoint.'),
  ];
};

const DETECTED = [
  'outlier_detection.ejections_detected_consecutive_5xx',
  'outlier_detection.ejections_detected_consecutive_gateway_failure',
] as const;

const notAllowed: Rule = (facts) =>
  placesOf(facts).flatMap(({ proxy, cluster }) => {
    const wanted = grown(cluster, 'outlier_detection.ejections_overflow');
    if (wanted === 0) return [];
    const endpoints = cluster.endpoints.length;
    const why =
      grown(cluster, 'outlier_detection.ejections_enforced_total') === 0 && endpoints > 0
        ? `one of ${endpoints} is ${Math.round(100 / endpoints)} %, more than maxEjectionPercent ` +
          '(10 unless set)'
        : 'with those that were out already it would have been more than maxEjectionPercent';
    const detected = DETECTED.filter((counter) => grown(cluster, counter) > 0).map(
      (counter) => `${counter} ${grown(cluster, counter)}`,
    );
    return [
      `${count(wanted, 'time')} the proxy of ${proxy.pod} did not eject an endpoint of ` +
        `${shortName(cluster.name)} for its errors: ${why}.`,
      ...(detected.length === 0 ? [] : [`What was detected there: ${detected.join(', ')}.`]),
    ];
  });

/** Envoy gathers changes of its hosts' health for up to its merge window. */
const calledThoughEjected: Rule = (facts) => {
  const windowMs = 1000 * facts.timeScale;
  const changes = healthChanges(facts.proxies);
  return changes
    .filter((change) => change.ejected)
    .flatMap((change) => {
      const { pod, proxy, cluster, atMs } = change;
      const isDelayed = changes.some(
        (other) =>
          other.proxy === proxy &&
          other.cluster === cluster &&
          other.atMs < atMs &&
          atMs - other.atMs < windowMs,
      );
      const end = Math.min(atMs + windowMs, endOf(change, changes)?.atMs ?? Infinity);
      const late = facts.requests.filter(
        ({ endpoint, sentMs }) => endpoint === pod && sentMs > atMs && sentMs < end,
      );
      if (!isDelayed || late.length === 0) return [];
      return [
        `${count(late.length, 'request')} still reached ${pod} after its ejection at ` +
          `${seconds(atMs)}: Envoy lets a change of health wait for up to ${seconds(windowMs)} ` +
          'after the one before (update_merge_window).',
      ];
    });
};

const retried: Rule = (facts) =>
  placesOf(facts).flatMap(({ proxy, cluster }) => {
    const retries = grown(cluster, 'upstream_rq_retry');
    if (retries === 0) return [];
    const good = grown(cluster, 'upstream_rq_retry_success');
    const tired = grown(cluster, 'upstream_rq_retry_limit_exceeded');
    return [
      `The proxy of ${proxy.pod} sent ${count(retries, 'retry', 'retries')} in ` +
        `${shortName(cluster.name)}: ${good === 0 ? 'none' : good} ended well` +
        `${tired === 0 ? '' : `, and ${count(tired, 'request')} had no attempt left`}.`,
    ];
  });

/** By maxRetries, or by a retry budget. */
const retriesForbidden: Rule = (facts) =>
  placesOf(facts).flatMap((place) => {
    const { proxy, cluster } = place;
    const forbidden = grown(cluster, 'upstream_rq_retry_overflow');
    if (forbidden === 0) return [];
    return [
      `The proxy of ${proxy.pod} was not allowed ${count(forbidden, 'retry', 'retries')} in ` +
        `${shortName(cluster.name)}: its limit of retries under way was reached` +
        `${inBrackets(...limitTexts([place], ['max_retries']))}.`,
    ];
  });

/** Weights choose a subset before the first attempt, and never again. */
const retriedInTheSubset: Rule = (facts) =>
  placesOf(facts).flatMap((place) => {
    const { proxy, cluster } = place;
    const subset = subsetOf(cluster.name);
    const failed = facts.requests.filter(
      (request) => request.refusedBy === 'no-healthy-upstream' || isFlagged(request, 'URX'),
    );
    const others = siblingsOf(place).filter((other) => grown(other, 'upstream_rq_2xx') > 0);
    const hadNoChoice =
      grown(cluster, 'upstream_rq_retry') > 0 ||
      cluster.endpoints.some(({ health }) => health.some((one) => one.outlierCheck === 'FAILED'));
    if (subset === '' || failed.length === 0 || others.length === 0 || !hadNoChoice) return [];
    return [
      `What the weights sent to subset ${subset} was never retried in ` +
        `${others.map(({ name }) => subsetOf(name) || 'the whole service').join(', ')}, which went ` +
        `on answering the proxy of ${proxy.pod}: a route's weights choose once for a request.`,
    ];
  });

/** A policy that stands on subsets alone guards only what a VirtualService sends to subsets. */
const bypassed: Rule = (facts) =>
  placesOf(facts, 'client').flatMap((place) => {
    const { proxy, cluster } = place;
    const subsets = siblingsOf(place);
    const requests = grown(cluster, 'upstream_rq_total');
    if (subsetOf(cluster.name) !== '' || requests === 0 || subsets.length === 0) return [];
    if (subsets.some((subset) => grown(subset, 'upstream_rq_total') > 0)) return [];
    return [
      `All ${count(requests, 'attempt')} of ${proxy.pod} went to ${shortName(cluster.name)}, the ` +
        `cluster of the whole service, and none to its subsets ` +
        `(${subsets.map(({ name }) => subsetOf(name)).join(', ')}): only a VirtualService with the ` +
        'gateway mesh sends calls inside the mesh there, and a policy on subsets guards nothing else.',
    ];
  });

export const ejectionRules: readonly Rule[] = [
  ejected,
  nobodyLeft,
  notAllowed,
  calledThoughEjected,
  retried,
  retriesForbidden,
  retriedInTheSubset,
  bypassed,
];

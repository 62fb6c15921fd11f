/** Which breaker refused requests, and by which count of its own. */
import { LOADS } from '../../../apps/contract.ts';
import {
  count,
  grownIn,
  inBrackets,
  isFlagged,
  limitTexts,
  type Place,
  placesOf,
  refused,
  type Rule,
} from './facts.ts';

/** The proxies that a request may meet before it is sent to a pod. */
const CALLERS = [
  { at: 'client-proxy', role: 'client', name: "the client's proxy" },
  { at: 'gateway', role: 'gateway', name: 'the gateway' },
] as const;

/** Sentences are checked against the counter of the proxies that refused. */
const pendingAtTheCaller: Rule = (facts) =>
  CALLERS.flatMap(({ at, role, name }) => {
    const requests = refused(facts, `${at}/pending`);
    if (requests.length === 0) return [];
    return [
      `${count(requests.length, 'request')} got 503 UO from ${name}: no connection was free and the ` +
        `queue was full${pendingFigures(placesOf(facts, role))}.`,
    ];
  });

const requestsAtTheCaller: Rule = (facts) =>
  CALLERS.flatMap(({ at, role, name }) => {
    const requests = refused(facts, `${at}/requests`);
    if (requests.length === 0) return [];
    const places = placesOf(facts, role);
    const figures = inBrackets(...limitTexts(places, ['max_requests']), ...counted(places));
    return [
      `${count(requests.length, 'request')} got 503 UO from ${name}: its limit of active requests ` +
        `was reached${figures}. That limit lets nothing wait, on HTTP/1.1 as well.`,
    ];
  });

const anyAtTheCaller: Rule = (facts) =>
  CALLERS.flatMap(({ at, role, name }) => {
    const requests = refused(facts, `${at}/overflow`);
    if (requests.length === 0) return [];
    return [
      `${count(requests.length, 'request')} got 503 UO from ${name}, whose log does not tell which ` +
        `limit it was${anyFigures(placesOf(facts, role))}.`,
    ];
  });

/** Of bytes: there is no answer that could say it. */
const connectionsAnywhere: Rule = (facts) =>
  [...CALLERS, { at: 'server-proxy', role: 'server', name: "the server's proxy" } as const].flatMap(
    ({ at, role, name }) => {
      const requests = refused(facts, `${at}/connections`);
      if (requests.length === 0) return [];
      const places = placesOf(facts, role).filter(
        (place) => grownIn([place], 'upstream_cx_overflow') > 0,
      );
      const overflow = grownIn(places, 'upstream_cx_overflow');
      const figures = [
        ...limitTexts(places, ['max_connections']),
        ...(overflow === 0 ? [] : [`upstream_cx_overflow ${overflow}`]),
      ];
      return [
        `${count(requests.length, 'connection')} got no answer: ${name}, which passes bytes on there, ` +
          `closed what was beyond its limit of connections${inBrackets(...figures)}. Nothing waits for one of them.`,
      ];
    },
  );

const atTheServer: Rule = (facts) => {
  const requests = refused(
    facts,
    'server-proxy/pending',
    'server-proxy/requests',
    'server-proxy/overflow',
  );
  if (requests.length === 0) return [];
  const retried = requests.filter((request) => isFlagged(request, 'URX')).length;
  const bare = requests.filter(({ flags }) => flags.client === '').length;
  return [
    `${count(requests.length, 'request')} passed the client's side and got 503 UO from the server's ` +
      `proxy: the limits hold there once more, for each pod${anyFigures(placesOf(facts, 'server'))}.`,
    ...(retried === 0
      ? []
      : [
          `${retried} of them ${retried === 1 ? 'shows' : 'show'} URX: each retry met a full proxy of a server as well.`,
        ]),
    ...(bare === 0
      ? []
      : [
          `${bare} of them ${bare === 1 ? 'shows' : 'show'} 503 without a flag at the client: since Istio 1.24 a 503 is retried ` +
            'only where a VirtualService says so.',
        ]),
  ];
};

/** A closed loop's workers come back at once after a refusal. */
const burntByRefusals: Rule = ({ experiment, requests }) => {
  if (!LOADS[experiment.load].closedLoop) return [];
  const waits = requests
    .filter(({ refusedBy }) => refusedBy !== null)
    .map(({ sentMs, endedMs }) => endedMs - sentMs)
    .sort((a, b) => a - b);
  const median = waits[Math.floor(waits.length / 2)];
  if (waits.length < 2 || median === undefined) return [];
  return [
    `The median of ${waits.length} refusals took ${Number(median.toFixed(1))} ms, and a refused ` +
      'worker sends its next request at once: one busy moment refuses many.',
  ];
};

export const breakerRules: readonly Rule[] = [
  pendingAtTheCaller,
  requestsAtTheCaller,
  anyAtTheCaller,
  connectionsAnywhere,
  atTheServer,
  burntByRefusals,
];

function pendingFigures(all: readonly Place[]): string {
  const queue = 'upstream_rq_pending_overflow';
  const places = all.filter((place) => grownIn([place], queue) > 0);
  return inBrackets(...limitTexts(places, ['max_pending_requests']), ...counted(places, [queue]));
}

function anyFigures(places: readonly Place[]): string {
  const limits = ['max_connections', 'max_pending_requests', 'max_requests'] as const;
  return inBrackets(...limitTexts(places, limits), ...counted(places));
}

/** What was found full: the queue, or the limit of active requests. */
const OVERFLOWS = ['upstream_rq_pending_overflow', 'upstream_rq_active_overflow'] as const;

/** Nothing where the proxies died and took their counters along. */
function counted(
  places: readonly Place[],
  counters: readonly (typeof OVERFLOWS)[number][] = OVERFLOWS,
): string[] {
  return counters.flatMap((counter) => {
    const overflow = grownIn(places, counter);
    return overflow === 0 ? [] : [`${counter} ${overflow}`];
  });
}

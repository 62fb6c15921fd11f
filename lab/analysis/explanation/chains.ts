/** What was refused on a call that a server made: whose breaker it was, and what became of the request. */
import type { Hop, Request } from '../../../experiment/observation.ts';
import {
  count,
  type Facts,
  inBrackets,
  limitTexts,
  overflowsIn,
  type Place,
  placesOf,
  type Rule,
} from './facts.ts';

type Refusal = NonNullable<Request['refusedBy']>;

interface Refused extends Hop {
  readonly refusedBy: Refusal;
}

const LIMITS = ['max_connections', 'max_pending_requests', 'max_requests'] as const;

const CAUSES: Readonly<Partial<Record<Refusal, string>>> = {
  'no-healthy-upstream': 'every endpoint was ejected',
  'no-route': 'there was no route',
  'connection-failure': 'the connection failed',
  timeout: 'it took too long',
  'fault-injection': 'a fault was injected',
  unknown: 'for a cause that was not logged',
};

const refusedFurtherOn: Rule = (facts) => {
  const all = facts.requests.flatMap(({ hop, refusedBy }): Refused[] =>
    hop === undefined || refusedBy === null ? [] : [{ ...hop, refusedBy }],
  );
  return groupsOf(all).map(([refused, number]) => {
    const of = `${number} of ${count(facts.requests.length, 'request')}`;
    const was = number === 1 ? 'was' : 'were';
    if (refused.refusedBy === 'application') {
      return `${of} failed because ${refused.called} answered ${refused.caller} with an error of its own.`;
    }
    return `${of} ${was} refused ${byWhom(refused, facts)}.`;
  });
};

const survivedRefusals: Rule = (facts) => {
  const all = facts.requests.flatMap(({ survived = [] }) => survived);
  return groupsOf(all).map(
    ([refused, number]) =>
      `${count(number, 'call')} of ${refused.caller} to ${refused.called} failed ` +
      `${byWhom(refused, facts)}, and ${number === 1 ? 'its request' : 'their requests'} went on.`,
  );
};

export const chainRules: readonly Rule[] = [refusedFurtherOn, survivedRefusals];

/** By hop and cause, the most frequent first. */
function groupsOf(all: readonly Refused[]): [Refused, number][] {
  const groups = Map.groupBy(
    all,
    ({ caller, called, refusedBy }) => `${caller} ${called} ${refusedBy}`,
  );
  return [...groups.values()]
    .flatMap((some): [Refused, number][] => (some[0] === undefined ? [] : [[some[0], some.length]]))
    .sort(([, a], [, b]) => b - a);
}

function byWhom({ caller, called, refusedBy }: Refused, facts: Facts): string {
  const [where, what] = refusedBy.split('/');
  if (what === undefined) {
    return refusedBy === 'application'
      ? `by an error of ${called}'s own`
      : `between ${caller} and ${called}: ${CAUSES[refusedBy] ?? refusedBy}`;
  }
  const atCaller = where === 'client-proxy';
  const which = what === 'pending' ? ', no connection free and the queue full' : '';
  const places = placesOf(facts).filter((place) =>
    atCaller ? isOutbound(place, called) : place.cluster.name.startsWith('inbound|'),
  );
  const full = places.filter((place) => overflowsIn([place]) > 0);
  const figures = inBrackets(...limitTexts(atCaller ? full : [], LIMITS));
  return atCaller
    ? `by the breaker of ${caller}'s proxy for ${called}${which}${figures}`
    : `by the breaker of ${called}'s own proxy, when ${caller} called${which}${figures}`;
}

function isOutbound({ cluster: { name } }: Place, called: string): boolean {
  const host = name.split('|')[3] ?? '';
  return host === called || host.startsWith(`${called}.`);
}

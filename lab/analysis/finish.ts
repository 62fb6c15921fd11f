/** What was found out about a run, made into its observation: with why it came out so, and the verdict. */
import { ROLES } from '../../experiment/roles.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { Observation, Proxy } from '../../experiment/observation.ts';
import { explain } from './explanation/explain.ts';
import type { Facts } from './explanation/facts.ts';
import { spreadsOf } from './spread.ts';
import { verdict } from './verdict.ts';

/** What does not follow from the rest. */
type Known = Omit<Facts, 'stack' | 'durationMs' | 'spreadMs' | Lists>;

/** What there may be none of. */
type Lists = 'proxies' | 'external' | 'disturbed' | 'faults' | 'leftOut' | 'madeUp' | 'settings';

/** Whoever has them; none needs to have seen a log. */
export interface RunFacts extends Known, Partial<Pick<Facts, Lists>> {
  /** What could not be seen, a sentence each: it leaves the verdict open. */
  readonly unseen?: readonly string[];
  /** What was over before anybody looked, a sentence each: what does not hold is left open. */
  readonly missed?: readonly string[];
}

export function finish({
  unseen = [],
  missed = [],
  leftOut = [],
  ...known
}: RunFacts): Observation {
  const {
    experiment,
    requests,
    proxies = [],
    external = [],
    disturbed = [],
    faults = [],
    madeUp = [],
    settings = [],
  } = known;
  const facts: Facts = {
    ...known,
    stack: experiment.stack,
    durationMs: Math.round(requests.reduce((last, { endedMs }) => Math.max(last, endedMs), 0)),
    spreadMs: spreadsOf(known),
    proxies: proxies.toSorted(byWay),
    ...{ external, disturbed, faults, madeUp, settings },
    leftOut: [...leftOut, ...[...unseen, ...missed].map(ofSight)],
  };
  return { ...facts, explanation: explain(facts), verdict: verdict({ ...facts, unseen, missed }) };
}

/** What nobody saw happened all the same. */
function ofSight(sentence: string): LeftOut {
  return { sentence, mayChangeOutcomes: false };
}

/** From the client to the server, whichever came up first. */
function byWay(a: Proxy, b: Proxy): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || (a.pod < b.pod ? -1 : 1);
}

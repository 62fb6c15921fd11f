/**
 * Why a run came out as it did: short sentences, each from facts of this very run, that a person
 * can check against the figures shown with them. Rules that do not apply say nothing.
 */
import { breakerRules } from './breakers.ts';
import { chainRules } from './chains.ts';
import { connectRules } from './connects.ts';
import { ejectionRules } from './ejections.ts';
import type { Facts } from './facts.ts';
import { withShortNames } from '../podNames.ts';
import { poolRules } from './pools.ts';

const RULES = [...breakerRules, ...chainRules, ...connectRules, ...ejectionRules, ...poolRules];

/** At most this many sentences from one rule: the third ejection teaches nothing new. */
const MOST_PER_RULE = 3;

export function explain(facts: Facts): string[] {
  const named = withShortNames(facts);
  return RULES.flatMap((rule) => rule(named).slice(0, MOST_PER_RULE));
}

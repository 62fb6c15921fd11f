import type { LintRule } from '../../experiment/lintReport.ts';
import type { Rule } from './rule.ts';

/** What of a rule is for people. */
export function inWords({ id, name, severity, title, reason, fix, sources }: Rule): LintRule {
  return { id, name, severity, title, reason, fix, sources: [...sources] };
}

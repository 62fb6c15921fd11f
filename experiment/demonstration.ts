/** What `lab lint --show` saw on real Envoys: a rule's fault, and the same without it. */
import { z } from 'zod';
import { lintRule } from './lintReport.ts';
import { judgement, observation } from './observation.ts';

const side = z.strictObject({
  /** What is to be seen there, in one line. */
  shows: z.string(),
  /** The objects that ran, as YAML; what they lack was made up. */
  manifests: z.string(),
  observation,
});

export const demonstration = z.strictObject({
  rule: lintRule,
  /** Whether both sides showed what they should. */
  outcome: judgement,
  bad: side,
  good: side,
});

export type Demonstration = z.infer<typeof demonstration>;

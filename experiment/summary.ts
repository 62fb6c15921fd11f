/** Many runs as one JSON document: what `lab run --all --json` prints. */
import { z } from 'zod';
import { judgement, type Observation, observation } from './observation.ts';

export const failure = z.strictObject({
  stack: z.string(),
  /** Whose doing: bad input, what the machine lacks, or a mistake of the lab's own. */
  code: z.enum(['input', 'environment', 'crash']),
  /** Why it could not run: a sentence for what a person can mend, all there is of a crash. */
  reason: z.string(),
});

export const summary = z.strictObject({
  timeScale: z.number(),
  /** From the start of the command to its end. */
  durationMs: z.number(),
  /** Of all verdicts; one that could not run does not hold. */
  outcome: judgement,
  observations: z.array(observation),
  /** The experiments that could not run. */
  failures: z.array(failure),
});

export type Failure = z.infer<typeof failure>;
export type Summary = z.infer<typeof summary>;

/** What came of one experiment. */
export type Ending = Observation | Failure;

export function isFailure(ending: Ending): ending is Failure {
  return 'reason' in ending;
}

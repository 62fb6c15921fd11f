/** Many runs as one JSON document: what `lab run --all --json` prints. */
import { z } from 'zod';
import { judgement, type Observation, observation } from './observation.ts';

export const failure = z.strictObject({
  stack: z.string(),
  /** Why it could not run. */
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

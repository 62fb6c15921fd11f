/** A prediction in short, as it stands beside what was seen. */
import { z } from 'zod';
import { latency, outcomeRange } from './ranges.ts';

export const foretold = z.strictObject({
  /** How many runs were simulated. */
  seeds: z.int().min(1),
  /** Every outcome that occurred, by its count in a warm batch; in the run, where there are no batches. */
  outcomes: z.record(z.string(), outcomeRange),
  latency,
});

/** Why it cannot be told, in one line. */
export const untold = z.strictObject({ problem: z.string() });

export const foretelling = z.union([foretold, untold]);

/** What was foretold of one outcome, and what was seen of it. */
export const besideRow = z.strictObject({
  outcome: z.string(),
  predicted: outcomeRange,
  /** By warm batch that was not disturbed. */
  observed: z.array(z.int().min(0)),
  mean: z.number(),
  /** Whether the mean of the batches lies outside of what 95 % of the predicted batches show. */
  outside: z.boolean(),
});

export type Foretold = z.infer<typeof foretold>;
export type Foretelling = z.infer<typeof foretelling>;
export type BesideRow = z.infer<typeof besideRow>;

/**
 * What an experiment will show, with its spread: what `lab predict --json` prints. Outcomes are named
 * as `lab outcomes` names those of a run (lab/analysis/outcomeWords.ts).
 */
import { z } from 'zod';
import { leftOut } from './leftOut.ts';
import { latency, outcomeCounts, outcomeRange, outcomes } from './outcomes.ts';

/** How many of the simulated runs show what the experiment expects. */
const verdicts = z.strictObject({
  /** Runs of which every check holds. */
  hold: z.int().min(0),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      expected: z.string(),
      hold: z.int().min(0),
      /** What was seen in the first of the runs in which it does not hold. */
      otherwise: z.string().nullable(),
    }),
  ),
});

/** Requests by cause, the mean of a batch; and the shares of the rest, 1 being all. */
export const prediction = z.strictObject({
  ...outcomes.pick({ stack: true, digest: true, timeScale: true, serviceTimeMs: true }).shape,
  source: z.literal('prediction'),
  /** How many runs were simulated; the seeds are consecutive numbers from `firstSeed`. */
  seeds: z.int().min(1),
  firstSeed: z.int().min(0),
  /** Requests that were simulated in all. */
  requests: z.int().min(0),
  /** Every outcome that occurred, by its count in a warm batch; in the run, where there are no batches. */
  outcomes: z.record(z.string(), outcomeRange),
  /** The warm batches of all seeds; a load without batches is one. */
  samples: z.array(
    z.strictObject({
      seed: z.int().min(0),
      batch: z.int().min(0),
      outcomes: outcomeCounts,
    }),
  ),
  latency,
  /** The number of the first warm batch, as the seeds have it; null for a load without batches. */
  firstWarmBatch: outcomeRange.nullable(),
  /** Seeds in which no batch was warm within the batches that are watched. */
  neverWarm: z.int().min(0),
  /** Endpoints ejected, in a run. */
  ejections: outcomeRange,
  leftOut: z.array(leftOut),
  /** Where it was asked for (`--verdicts`). */
  verdicts: verdicts.optional(),
});

export type Prediction = z.infer<typeof prediction>;
export type Verdicts = z.infer<typeof verdicts>;

/**
 * What became of a batch's requests, counted by their outcomes: what `lab outcomes --json` prints of a
 * run. An outcome is `answered/<n>` for a 200 after n service times, a word of `refusedBy`, or
 * `status/<code>` for the application's own errors (lab/analysis/outcomeWords.ts).
 */
import { z } from 'zod';
import { observation } from './observation.ts';
import { latency, outcomeCounts, outcomeRange } from './ranges.ts';

export * from './ranges.ts';

export const outcomes = z.strictObject({
  ...observation.pick({ stack: true, source: true, digest: true, timeScale: true }).shape,
  /** In ms, as it ran: what n counts in `answered/<n>`. */
  serviceTimeMs: z.number(),
  /** Every outcome that occurred, by its count in a batch. */
  outcomes: z.record(z.string(), outcomeRange),
  /** The warm batches that the machine did not disturb; a load without batches is one. */
  samples: z.array(z.strictObject({ batch: z.int().min(0), outcomes: outcomeCounts })),
  latency,
  /** Warm batches that are left out, for what the machine did to them. */
  disturbed: z.array(z.int().min(0)),
});

export type Outcomes = z.infer<typeof outcomes>;

/** Counts of outcomes in a batch, and the times of the answers. */
import { z } from 'zod';

/** Requests by outcome; one that no request had may be left out. */
export const outcomeCounts = z.record(z.string(), z.int().min(0));

/** Of the counts in a batch: their mean, their median, and between what 95 % of the batches lie. */
export const outcomeRange = z.strictObject({
  mean: z.number(),
  p2_5: z.number(),
  p50: z.number(),
  p97_5: z.number(),
});

/** In ms, of the requests that were answered well; null where none was. */
export const latency = z
  .strictObject({ p50: z.number(), p90: z.number(), p99: z.number() })
  .nullable();

export type OutcomeCounts = z.infer<typeof outcomeCounts>;
export type OutcomeRange = z.infer<typeof outcomeRange>;
export type Latency = z.infer<typeof latency>;

/** A run in short, as one JSON document: what `lab record` prints and `pulumi up` reads. */
import { z } from 'zod';
import { verdict } from './observation.ts';

export const runRecord = z.strictObject({
  verdict,
  /** The verdict in one line, with the first check that decided against. */
  verdictLine: z.string(),
  /** A table of the outcomes, and the verdict. */
  brief: z.string(),
  /** By how requests ended, how many in each batch, such as `5 6 6`. */
  outcomes: z.record(z.string(), z.string()),
  /** How many requests were refused, by where and why. */
  refusals: z.record(z.string(), z.number()),
  /** Path of the observation. */
  observation: z.string(),
  /** Path of the report for people. */
  report: z.string(),
  /** Address of the page that explains it, a file: URL. */
  page: z.string(),
});

export type RunRecord = z.infer<typeof runRecord>;

/** Two runs side by side as one JSON document: what `lab compare --json` prints. */
import { z } from 'zod';
import { observation } from './observation.ts';

/** One line: its name, and a value of each run. */
function line<T extends z.ZodType>(value: T) {
  return z.strictObject({ name: z.string(), values: z.tuple([value, value]) });
}

export const comparison = z.strictObject({
  /** How the two are called: a stack, or a file. */
  names: z.tuple([z.string(), z.string()]),
  /** What is notable, a sentence each. */
  differences: z.array(z.string()),
  /** The keys in which they differ, with null for an unset one; null where one is not known. */
  configuration: z.array(line(z.string().nullable())).nullable(),
  /** Requests that ended alike, per warm batch; in all for a load without batches. */
  outcomes: z.array(line(z.number())),
  /** Refused requests by cause, per warm batch; in all for a load without batches. */
  refusals: z.array(line(z.number())),
  /** What the proxies counted in the whole run, by their role and Envoy's name of the counter. */
  counters: z.array(line(z.number())),
  /** The runs themselves. */
  observations: z.tuple([observation, observation]),
});

export interface Line<T> {
  readonly name: string;
  readonly values: [T, T];
}

export type Comparison = z.infer<typeof comparison>;

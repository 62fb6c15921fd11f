/** The stacks as one JSON document: what `lab list --json` prints. */
import { z } from 'zod';

export const stackLine = z.strictObject({
  stack: z.string(),
  /** What it shows, in one line. */
  description: z.string(),
  /** The published lab that it comes from. */
  seed: z.string(),
});

export const stackList = z.array(stackLine);

export type StackLine = z.infer<typeof stackLine>;

/** Whether a load comes back after a bad time, as one JSON document: what `lab recover --json` prints. */
import { z } from 'zod';
import { leftOut } from './leftOut.ts';

const part = z.strictObject({
  /** Share of the requests that were answered well, 1 being all. */
  success: z.number(),
  /** Of those, in ms of the experiment's own time; null where none was. */
  p90Ms: z.number().nullable(),
  /** How often a request reached a server. */
  attempts: z.number(),
});

const cell = z.strictObject({
  retries: z.int(),
  /** 0 is no limit. */
  maxConnections: z.int(),
  /** Whether it serves the undisturbed load as well as the stack itself does; else to come back is little. */
  carries: z.boolean(),
  /** Runs that came back, and all. */
  back: z.int(),
  runs: z.int(),
  /** From the disturbance's end, in ms of the experiment's own time; null where half or more did not come back. */
  medianBackAfterMs: z.number().nullable(),
});

/** What was seen on real Envoys: of several runs, the last of those that most were like. */
const seen = z.strictObject({
  retries: z.int(),
  maxConnections: z.int(),
  before: part,
  during: part,
  atTheEnd: part,
  /** From the disturbance's end; null where it did not come back. */
  backAfterMs: z.number().nullable(),
  /** Whether it tells anything: not where it did badly before it was disturbed, as on a busy machine. */
  tells: z.boolean(),
  /** Runs that came back as this one did, or did not; and all: three at most, more than one where the first did otherwise than predicted. */
  alike: z.int(),
  runs: z.int(),
});

export const recovery = z.strictObject({
  stack: z.string(),
  source: z.literal('prediction'),
  disturbance: z.string(),
  /** Times in ms of the experiment's own time, since the load's start. */
  course: z.strictObject({ fromMs: z.number(), toMs: z.number(), endMs: z.number() }),
  seeds: z.int(),
  /** Of the stack as it is; means over the runs. */
  before: part,
  during: part,
  atTheEnd: part,
  ejections: z.number(),
  back: z.int(),
  medianBackAfterMs: z.number().nullable(),
  worstBackAfterMs: z.number().nullable(),
  /** Why it comes back so, or does not: one sentence. */
  because: z.string(),
  /** With other retries and limits, the stack's own among them. */
  map: z.array(cell),
  check: z
    .strictObject({ own: seen, other: seen.nullable(), agrees: z.boolean().nullable() })
    .nullable(),
  leftOut: z.array(leftOut),
});

export type RecoveryDocument = z.infer<typeof recovery>;
export type RecoveryCell = z.infer<typeof cell>;
export type RecoveryPart = z.infer<typeof part>;
export type SeenRecovery = z.infer<typeof seen>;

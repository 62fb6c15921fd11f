/** What a range of settings will show, cell by cell: what `lab sweep --json` prints. */
import { z } from 'zod';
import { besideRow } from './foretold.ts';
import { leftOut } from './leftOut.ts';
import { latency, outcomes } from './outcomes.ts';

/** By key, a value as a stack's file would have it. */
export const settings = z.record(z.string(), z.string());

/** Of a share in a batch, 1 being all: the mean, the median, and between what 95 % of the batches lie. */
export const share = z.strictObject({
  mean: z.number(),
  p2_5: z.number(),
  p50: z.number(),
  p97_5: z.number(),
});

export const sweepCell = z.strictObject({
  settings,
  /** Requests of a warm batch; of the run, where there are no batches. */
  requests: z.number(),
  /** The share that was answered well; null where no seed's run got warm. */
  success: share.nullable(),
  /** How many of a batch were refused by each cause, on average. */
  refused: z.record(z.string(), z.number()),
  latency,
  /** Seeds whose run never got warm; they are not counted. */
  neverWarm: z.int().min(0),
  /** Whether it meets the objectives; absent where none was stated. */
  meets: z.boolean().optional(),
});

/** A cell that ran on real Envoys. */
export const sweepCheck = z.strictObject({
  settings,
  /** Empty where it could not be told. */
  rows: z.array(besideRow),
  /** Why it could not. */
  problem: z.string().optional(),
});

export const sweep = z.strictObject({
  ...outcomes.pick({ stack: true, timeScale: true }).shape,
  source: z.literal('prediction'),
  /** The same seeds in every cell: what differs between two cells is not for chance. */
  seeds: z.int().min(1),
  firstSeed: z.int().min(0),
  axes: z.array(z.strictObject({ key: z.string(), values: z.array(z.string()) })).min(1),
  /** What is set now, by key; a key that is set to nothing is absent. */
  current: settings,
  /** What was asked of every cell, as it was written. */
  objectives: z.array(z.string()),
  /** Every combination of the values, the last key's fastest. */
  cells: z.array(sweepCell),
  /** Between which neighbours the share of answers falls most; null where it hardly falls. */
  cliff: z
    .strictObject({
      key: z.string(),
      from: settings,
      to: settings,
      success: z.tuple([z.number(), z.number()]),
    })
    .nullable(),
  /** Cells that ran on real Envoys; absent where none was asked for. */
  checked: z.array(sweepCheck).optional(),
  leftOut: z.array(leftOut),
});

export type SweepCell = z.infer<typeof sweepCell>;
export type SweepCheck = z.infer<typeof sweepCheck>;
export type Share = z.infer<typeof share>;
export type Sweep = z.infer<typeof sweep>;

/**
 * What a team keeps beside its manifests: `experiment.yaml` says how services behave, what is sent, and
 * what is expected. Every field may be missing.
 */
import { z } from 'zod';
import { durationOrZero } from '../istio/duration.ts';
import { behaviours } from './behaviour.ts';
import { expectation } from './expectation.ts';
import { someLoad } from './loadLine.ts';

export const experimentFile = z.strictObject({
  /** What it shows, in one line. */
  description: z.string().optional(),
  /** How workloads behave, by patterns of their names. */
  behaviour: behaviours.optional(),
  /** What the clients send: one line such as `closed(50)`, or its fields. */
  load: someLoad.optional(),
  /** How many pods a Deployment has that is made up, by its name; 1 where unset. */
  replicas: z.record(z.string(), z.int().min(0).max(100)).optional(),
  /** The unit of the expectations' latency windows; where unset, the time of the first server. */
  serviceTime: durationOrZero.optional(),
  /** Batches to observe; 0 goes on until `warmBatches` batches were warm, `maxBatches` at most. */
  batches: z.int().min(0).max(1000).optional(),
  warmBatches: z.int().min(1).max(100).optional(),
  maxBatches: z.int().min(1).max(1000).optional(),
  /** What should be seen; the verdict checks every entry. */
  expect: z.array(expectation).optional(),
});

export type ExperimentFile = z.infer<typeof experimentFile>;

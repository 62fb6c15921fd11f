/**
 * What an experiment is called, how long it is observed and what it should show. It travels with
 * the experiment's objects as a ConfigMap, so that a run needs nothing but the objects.
 */
import { LOAD_MODES } from '../apps/contract.ts';
import { z } from 'zod';
import { durationOrZero } from '../istio/duration.ts';
import { behaviourFields } from './behaviour.ts';
import { expectation } from './expectation.ts';
import { load } from './load.ts';

/** Name of the ConfigMap, and of the entry in it. */
export const EXPERIMENT_CONFIG_MAP = 'circuit-lab';
export const EXPERIMENT_ENTRY = 'experiment.json';

export const experiment = z.strictObject({
  stack: z.string(),
  description: z.string().default(''),
  seed: z.string().default(''),
  /** The unit of the expectations' latency windows. */
  serviceTime: durationOrZero,
  /** How the client sends; only a batch load has warm and cold batches. */
  load: z.enum(LOAD_MODES).default(LOAD_MODES[0]),
  /** Batches to observe; 0 goes on until `warmBatches` batches were warm, `maxBatches` at most. */
  batches: z.int().min(0).default(0),
  warmBatches: z.int().min(1).default(3),
  maxBatches: z.int().min(1).default(12),
  /** How servers behave whose image does not say, by patterns of their workloads' names. */
  behaviour: z.record(z.string().min(1), behaviourFields).optional(),
  /** What the clients send, in place of what their own variables or images say. */
  clientLoad: load.optional(),
  /** How many pods a Deployment has that is made up, by its name. */
  replicas: z.record(z.string(), z.int().min(0)).optional(),
  /** Whether what is seen stands beside what is predicted; it does where unset. */
  predict: z.boolean().optional(),
  expect: z.array(expectation).default([]),
});

/** As it travels: of somebody's servers the service time is what their images make it. */
export const experimentInRecord = experiment.partial({ serviceTime: true });

export type Experiment = z.infer<typeof experiment>;
export type ExperimentInRecord = z.infer<typeof experimentInRecord>;

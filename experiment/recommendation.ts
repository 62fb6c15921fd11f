/** What limits meet objectives, as one JSON document: what `lab recommend --json` prints. */
import { z } from 'zod';
import { leftOut } from './leftOut.ts';

/** By the stack's keys; 0 is no limit. */
const limits = z.record(z.string(), z.int().min(0));

/** Shares with 1 being all, times in ms of the experiment's own time; null where nothing was answered. */
const value = z.number().nullable();

const result = z.strictObject({
  /** How many runs met every objective. */
  met: z.int(),
  runs: z.int(),
  /** By objective, in their order. */
  values: z.array(z.strictObject({ median: value, worst: value })),
  /** Shares of the requests, means over the runs. */
  success: z.number(),
  refused: z.number(),
});

/** What was seen on real Envoys. */
const seen = z.strictObject({
  limits,
  /** By how much the load was grown. */
  growth: z.number(),
  values: z.array(value),
  /** Null where the machine disturbed all that would have shown it. */
  met: z.boolean().nullable(),
});

export const recommendation = z.strictObject({
  stack: z.string(),
  source: z.literal('prediction'),
  objectives: z.array(z.string()),
  seeds: z.int(),
  /** The heaviest load that the limits are to bear, as a multiple of the stack's own. */
  growth: z.number(),
  limits,
  /** Lines for a shell, one a key. */
  settings: z.array(z.string()),
  /** Under the stack's own load, and grown. */
  result: z.strictObject({ own: result, grown: result }),
  /** The limits that the stack has now. */
  now: z.strictObject({ limits, own: result, grown: result }),
  cost: z.strictObject({
    /** Connections that clients' proxies open to servers in a run of the grown load, on average. */
    connections: z.number(),
    /** The same without limits. */
    connectionsWithoutLimits: z.number(),
    /** Share of the requests that the breakers refuse under the grown load. */
    refused: z.number(),
  }),
  cliff: z.strictObject({
    /** The most load at which every run still meets the objectives, to a twentieth. */
    load: z.number(),
    /** Whether that was as far as was looked. */
    isBeyond: z.boolean(),
    /** By key, the largest smaller value at which no run meets them any more; null where some always do. */
    keys: z.array(z.strictObject({ key: z.string(), value: z.int().nullable() })),
  }),
  /** The nearest smaller limits, which fail. */
  neighbours: z.array(z.strictObject({ limits, own: result, grown: result })),
  /** What Envoy's adaptive concurrency does with the same load in place of the limits. */
  adaptive: z.strictObject({
    own: result,
    grown: result,
    /** Its own limit at the end, of one server: median of the runs. */
    concurrency: z.number(),
    /** Which of the two serves this load better, and why: one sentence. */
    verdict: z.string(),
  }),
  /** On real Envoys, where that was asked for. */
  check: z
    .strictObject({ recommended: seen, neighbour: seen.nullable(), agrees: z.boolean().nullable() })
    .nullable(),
  leftOut: z.array(leftOut),
});

export type Recommendation = z.infer<typeof recommendation>;
export type LimitsResult = z.infer<typeof result>;
export type SeenLimits = z.infer<typeof seen>;

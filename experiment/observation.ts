/**
 * What happened in one run: one JSON document, the same from every source. The one definition of
 * its form; times are milliseconds since the run's start.
 */
import { z } from 'zod';
import { role } from './roles.ts';
import { thresholds } from '../envoy/thresholds.ts';
import { refusal } from './expectation.ts';
import { experiment } from './experiment.ts';
import { foretelling } from './foretold.ts';
import { leftOut } from './leftOut.ts';
import { setting } from './setting.ts';

/** A call that a server made for a request. */
export const hop = z.strictObject({
  /** The workload whose proxy it left by. */
  caller: z.string(),
  /** The service that it was for, such as `ratings`. */
  called: z.string(),
});

export const request = z.strictObject({
  /** The x-request-id that client and proxies logged. */
  id: z.string(),
  /** Pod of the client. */
  client: z.string(),
  batch: z.int().min(0),
  /** Whether the connection pools were still growing in this batch. */
  warmUp: z.boolean(),
  sentMs: z.number(),
  endedMs: z.number(),
  /**
   * How long the proxy nearest to the client kept it, most of it waiting for a connection, before the
   * server's proxy had it; absent where only one of them logged it, or it was sent more than once.
   */
  waitedMs: z.number().min(0).optional(),
  /** HTTP status; 0 where no answer came. */
  status: z.int(),
  /** Response flags in each proxy's access log; null where that proxy logged nothing. */
  flags: z.strictObject({ client: z.string().nullable(), server: z.string().nullable() }),
  /** The pod that the request was sent to last; null where it was sent to none. */
  endpoint: z.string().nullable(),
  /** How often a server's proxy saw the request; 0 where it never got that far. */
  attempts: z.int().min(0),
  /** Where and why it was refused; null where the application answered well. */
  refusedBy: refusal.nullable(),
  /** The call that was refused so, where it was not the client's own. */
  hop: hop.optional(),
  /** Calls that were refused, and after which the request went on. */
  survived: z.array(hop.extend({ refusedBy: refusal })).optional(),
  /** The transport error that the client saw, such as ECONNREFUSED. */
  error: z.string().optional(),
});

const counters = z.record(z.string(), z.number());

/** What a gauge showed at the moments it was read. */
export const series = z.strictObject({ atMs: z.array(z.number()), value: z.array(z.number()) });

export const endpointHealth = z.strictObject({
  atMs: z.number(),
  /** As `istioctl proxy-config endpoints` shows it. */
  outlierCheck: z.enum(['OK', 'FAILED']),
  /** The detector that ejected it, by Envoy's name; absent where the source cannot know. */
  reason: z.string().optional(),
});

export const cluster = z.strictObject({
  /** istiod's name, such as `outbound|80||pyserver.circuitbreaker.svc.cluster.local`. */
  name: z.string(),
  /** 4294967295 means no limit. */
  thresholds,
  /** Envoy's counters by their own names, when the run began and when it ended. */
  before: counters,
  after: counters,
  /** Envoy's gauges by their own names, sampled. */
  gauges: z.record(z.string(), series),
  /** Connections and health of each endpoint, by pod. */
  endpoints: z.array(
    z.strictObject({
      pod: z.string(),
      address: z.string(),
      cxActive: z.number(),
      cxTotal: z.number(),
      rqTotal: z.number(),
      rqError: z.number(),
      health: z.array(endpointHealth),
    }),
  ),
});

export const proxy = z.strictObject({
  pod: z.string(),
  role,
  concurrency: z.int(),
  clusters: z.array(cluster),
});

/** A batch that a busy machine kept from showing what the mesh does; a load without batches is one. */
export const disturbance = z.strictObject({
  batch: z.int().min(0),
  /** The longest that somebody did not run when they should have. */
  lagMs: z.number(),
  /** The longest that would have changed no outcome. */
  toleratedMs: z.number(),
  /** Who, and what they did in place of running. */
  who: z.string(),
});

/** The same load by another tool, in a run of its own. */
export const external = z.strictObject({
  tool: z.string(),
  command: z.string(),
  /** Requests by status. */
  statuses: z.record(z.string(), z.int()),
  /** Why it could not tell; the run itself is none the worse. */
  problem: z.string().optional(),
});

/** Inconclusive is what this run cannot tell, for a reason that lies outside the mesh. */
export const judgement = z.enum(['holds', 'does not hold', 'inconclusive']);

export const check = z.strictObject({
  name: z.string(),
  expected: z.string(),
  seen: z.string(),
  outcome: judgement,
  because: z.string().optional(),
});

export const verdict = z.strictObject({
  outcome: judgement,
  /** Why it is inconclusive, and what helps: one sentence. */
  because: z.string().optional(),
  checks: z.array(check),
});

export const observation = z.strictObject({
  stack: z.string(),
  source: z.enum(['local', 'cluster', 'prediction']),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  versions: z.strictObject({ envoy: z.string().nullable(), istio: z.string().nullable() }),
  /** SHA-256 of the objects that made the mesh. */
  digest: z.string(),
  timeScale: z.number(),
  experiment,
  batches: z.int(),
  /**
   * By batch, the longest time in ms between the first and the last request that one client sent in
   * it; empty for a load without batches.
   */
  spreadMs: z.array(z.number()),
  requests: z.array(request),
  proxies: z.array(proxy),
  external: z.array(external),
  /** Batches that are not judged, for what the machine did to them. */
  disturbed: z.array(disturbance),
  /** What broke during the run. */
  faults: z.array(z.string()),
  /** What the objects say and this source does not do. */
  leftOut: z.array(leftOut),
  /** What the objects lack and was made up, one sentence each; absent in what an older lab recorded. */
  madeUp: z.array(z.string()).default([]),
  /** Which fields of the objects became which of Envoy's; none where only the proxies were seen. */
  settings: z.array(setting).default([]),
  /** Why it came out so, from the figures of this run. */
  explanation: z.array(z.string()),
  /** What was foretold of it, before it ran; absent where nobody did. */
  prediction: foretelling.optional(),
  verdict,
});

export type Hop = z.infer<typeof hop>;
export type Request = z.infer<typeof request>;
export type EndpointHealth = z.infer<typeof endpointHealth>;
export type Series = z.infer<typeof series>;
export type Cluster = z.infer<typeof cluster>;
export type Proxy = z.infer<typeof proxy>;
export type Disturbance = z.infer<typeof disturbance>;
export type External = z.infer<typeof external>;
export type Judgement = z.infer<typeof judgement>;
export type Check = z.infer<typeof check>;
export type Verdict = z.infer<typeof verdict>;
export type Observation = z.infer<typeof observation>;

/**
 * What a stack expects of its experiment. Written in the stack's configuration, carried to every
 * platform inside the experiment's own objects, checked by the verdict.
 */
import { z } from 'zod';
import { role } from './roles.ts';
import { isCounter, isGauge, unknownStatistic } from '../envoy/statistics.ts';

const range = z
  .tuple([z.number().min(0), z.number().min(0)])
  .refine(([low, high]) => low <= high, { error: 'the first number must not exceed the second' });

/** What stopped a request, and where; see docs/attribution.md. */
export const refusal = z.enum([
  'client-proxy/pending',
  'client-proxy/requests',
  'client-proxy/connections',
  'client-proxy/overflow',
  'server-proxy/pending',
  'server-proxy/requests',
  'server-proxy/connections',
  'server-proxy/overflow',
  'gateway/pending',
  'gateway/requests',
  'gateway/connections',
  'gateway/overflow',
  'no-healthy-upstream',
  'no-route',
  'connection-failure',
  'timeout',
  'fault-injection',
  'application',
  'unknown',
]);
export type Refusal = z.infer<typeof refusal>;

/** The life of an endpoint that fails, as the proxy that calls it sees it. */
export const phase = z.enum(['before-ejection', 'ejected', 'returned']);
export type Phase = z.infer<typeof phase>;

const common = {
  /** How the line is called in the verdict, such as `answered at once`. */
  name: z.string().min(1),
  /** Where the bounds come from: the seed's figure, or what repeated runs gave. */
  because: z.string().optional(),
};

/** How many requests ended in a certain way. */
export const requestExpectation = z
  .strictObject({
    ...common,
    /** Tells this form from the other one. */
    statistic: z.never().optional(),
    /** Requests with this status; any status where unset. */
    status: z.int().min(0).max(599).optional(),
    /** Requests refused there; a list means any of them. Any request where unset. */
    refusedBy: z.union([refusal, z.array(refusal).min(1)]).optional(),
    /** Requests refused on this call of a server for them, such as `reviews-v2 -> ratings`. */
    hop: z.string().min(1).optional(),
    /** Requests with this flag in the log of the proxy nearest to the client, such as `URX`. */
    flag: z.string().min(1).optional(),
    /** Requests that were sent to a pod whose name begins so. */
    endpoint: z.string().min(1).optional(),
    /** Requests whose latency lies in this window, in multiples of the service time. */
    serviceTimes: range.optional(),
    /** Requests of a batch load's cold batches in place of its warm ones. */
    cold: z.literal(true).optional(),
    /** Requests sent while the endpoint that is ejected first was in this phase. */
    during: phase.optional(),
    /** Such requests, from - to: in every warm batch, or in all for a load without batches. */
    count: range.optional(),
    /** Such requests per warm batch, the mean over all of them, from - to. */
    mean: range.optional(),
    /** Such requests as a share of all that were counted, from - to, 1 being all. */
    share: range.optional(),
  })
  .refine((e) => e.count !== undefined || e.mean !== undefined || e.share !== undefined, {
    error: 'needs count, mean or share: what should be seen',
  });

/** What the proxies' own statistics say. */
export const statisticExpectation = z
  .strictObject({
    ...common,
    /** Envoy's name of a counter or gauge, such as `upstream_cx_overflow`. */
    statistic: z.string().refine((name) => isCounter(name) || isGauge(name), {
      error: ({ input }) => unknownStatistic(String(input)),
    }),
    of: role,
    /** Clusters whose name holds this; every cluster where unset. */
    cluster: z.string().min(1).optional(),
    /** What a counter grew by in the run, all such proxies together. */
    total: range.optional(),
    /** The most that a gauge showed in one proxy. */
    peak: range.optional(),
  })
  .refine((e) => (e.total === undefined) !== (e.peak === undefined), {
    error: 'needs total (of a counter) or peak (of a gauge): what should be seen',
  })
  .refine(({ statistic, total }) => !(total === undefined ? isCounter : isGauge)(statistic), {
    error: 'total is of a counter, peak is of a gauge: this statistic is of the other kind',
  });

export const expectation = z.union([requestExpectation, statisticExpectation]);

export type RequestExpectation = z.infer<typeof requestExpectation>;
export type StatisticExpectation = z.infer<typeof statisticExpectation>;
export type Expectation = z.infer<typeof expectation>;

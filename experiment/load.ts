/**
 * What the clients send: what a person says in one line, `closed(50)`, or field by field in an
 * experiment's file. Times are those of the experiment; a time scale shrinks all of them.
 */
import { z } from 'zod';
import {
  CLIENT,
  type LoadMode,
  parseRate,
  parseSendAt,
  parseSteps,
  RATE_HINT,
  SEND_AT_HINT,
  STEPS_HINT,
} from '../apps/contract.ts';
import { duration } from '../istio/duration.ts';

const rate = z
  .string({ error: `must be ${RATE_HINT}` })
  .refine((text) => (parseRate(text) ?? 0) > 0, { error: `must be ${RATE_HINT}` });

const httpUrl = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).protocol === 'http:', {
    error: 'must be an http:// URL, such as http://pyserver/index',
  })
  .meta({ examples: ['http://pyserver/index'] });

const requests = z.int().min(1).max(1_000_000);

/** Of every load. */
const common = {
  /** What is asked for; where unset, what the client's own image or variables say. */
  url: httpUrl.optional(),
  /** When a client gives up on a request; 60s where unset. */
  timeout: duration.optional(),
  /** Further headers of every request. */
  headers: z.record(z.string(), z.string()).optional(),
};

/** Of every load without batches. */
const extent = {
  ...common,
  /** In all of one client; 200 where neither this nor `for` is set. */
  requests: requests.optional(),
  /** No request is begun after it. */
  for: duration.optional(),
};

/** Batches of requests that leave at once or nearly so, each on a connection of its own. */
const batch = z.strictObject({
  ...common,
  mode: z.literal('batch'),
  size: z.int().min(1).max(10_000).default(10),
  /** From one batch's start to the next, which never begins before the one ahead has ended. */
  every: duration.default('20s'),
  /** From a batch's first request to its last: a sender's own pace, which no time scale changes. */
  spread: duration.optional(),
});

/** Workers, each with one connection, that send one request after the other. */
const closed = z.strictObject({
  ...extent,
  mode: z.literal('closed'),
  workers: z.int().min(1).max(10_000),
  /** The most of all workers together, each with its share. */
  rate: rate.optional(),
});

/** One request after the other in the same time, whatever becomes of the earlier ones. */
const paced = z
  .strictObject({
    ...extent,
    mode: z.literal('paced'),
    every: duration.optional(),
    rate: rate.optional(),
  })
  .refine((load) => (load.every === undefined) !== (load.rate === undefined), {
    error: 'needs every (a time) or rate (such as 10/s), one of them',
  });

/** As paced, at random times: what many independent users make together. */
const poisson = z.strictObject({
  ...extent,
  mode: z.literal('poisson'),
  rate,
  /** The same number gives the same times. */
  seed: z.int().min(0).max(4_294_967_295).optional(),
});

/** As paced, at one rate after the other. */
const steps = z.strictObject({
  ...extent,
  mode: z.literal('steps'),
  steps: z
    .string()
    .refine((text) => parseSteps(text) !== undefined, { error: `must be ${STEPS_HINT}` }),
});

/** As paced, at given times. */
const replay = z
  .strictObject({
    ...common,
    for: duration.optional(),
    mode: z.literal('replay'),
    /** A CSV of times, beside the file that names it; read where the load is read. */
    file: z.string().min(1).optional(),
    /** Since the start. */
    sendAt: z
      .string()
      .refine((text) => parseSendAt(text) !== undefined, { error: `must be ${SEND_AT_HINT}` })
      .optional(),
  })
  .refine((load) => (load.file === undefined) !== (load.sendAt === undefined), {
    error: 'needs file (a CSV of times) or sendAt, one of them',
  });

export const load = z.discriminatedUnion('mode', [batch, closed, paced, poisson, steps, replay], {
  error: 'must be a load with its mode: batch, closed, paced, poisson, steps or replay',
});

export type Load = z.infer<typeof load>;

export interface UnderstoodLoad {
  readonly load: Load;
  /** What of a tool's command line is not done, a sentence each. */
  readonly said: readonly string[];
}

type Of<Mode extends LoadMode> = Extract<Load, { readonly mode: Mode }>;

/** What each way is told beside what all are: the values of the client's variables (apps/client/main.ts). */
const TOLD: {
  readonly [Mode in LoadMode]: (load: Of<Mode>) => Readonly<Record<string, string | undefined>>;
} = {
  batch: ({ size, every, spread }) => ({
    [CLIENT.batchSize]: String(size),
    [CLIENT.interval]: every,
    [CLIENT.batchSpread]: spread,
  }),
  closed: ({ workers, rate: most }) => ({ [CLIENT.workers]: String(workers), [CLIENT.rate]: most }),
  paced: ({ every, rate: perTime }) => ({ [CLIENT.interval]: every ?? intervalOf(perTime ?? '') }),
  poisson: ({ rate: mean, seed }) => ({ [CLIENT.rate]: mean, [CLIENT.seed]: seed?.toString() }),
  steps: ({ steps: all }) => ({ [CLIENT.steps]: all }),
  replay: ({ sendAt }) => ({ [CLIENT.sendAt]: sendAt }),
};

/** The variables of the client that is to send so, its mode first. */
export function clientVariables(given: Load): Readonly<Record<string, string>> {
  const { mode, url, timeout, headers } = given;
  const told = TOLD[mode] as (load: Load) => Readonly<Record<string, string | undefined>>;
  const all = {
    [CLIENT.mode]: mode,
    [CLIENT.url]: url,
    ...told(given),
    [CLIENT.requests]: 'requests' in given ? given.requests?.toString() : undefined,
    [CLIENT.duration]: 'for' in given ? given.for : undefined,
    [CLIENT.timeout]: timeout,
    [CLIENT.headers]: headers && JSON.stringify(headers),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The variables that a load decides, set or not: of a client that is told another one, none stays. */
export const LOAD_VARIABLES: ReadonlySet<string> = new Set([
  ...[CLIENT.mode, CLIENT.batchSize, CLIENT.batchSpread, CLIENT.interval, CLIENT.workers],
  ...[CLIENT.requests, CLIENT.duration, CLIENT.rate, CLIENT.seed, CLIENT.steps, CLIENT.sendAt],
]);

/** Such as `100ms` for `10/s`. */
function intervalOf(perTime: string): string {
  return `${Number((1000 / (parseRate(perTime) ?? 1)).toFixed(6))}ms`;
}

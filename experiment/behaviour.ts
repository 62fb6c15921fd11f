/**
 * How a workload's servers behave, whatever their image: what a person says of a service whose program
 * cannot run here. Times are those of the experiment; a time scale shrinks all of them.
 */
import { z } from 'zod';
import { LAW_HINT, parseLaw } from '../apps/contract.ts';
import { LabError } from '../errors/labError.ts';
import { duration, durationOrZero } from '../istio/duration.ts';

/** A law whose samples are still in a file: `samples(latencies.csv)`, or `samples: latencies.csv`. */
const SAMPLES_FILE = /^samples(?::\s*|\()([^(),]+\.csv)\)?$/;

const HINT = `${LAW_HINT}; or samples(latencies.csv)`;

/** A time that is drawn anew for each request, kept as it was written. */
const law = z
  .string({ error: `must be ${HINT}` })
  .refine((text) => parseLaw(text) !== undefined || SAMPLES_FILE.test(text.trim()), {
    error: `must be ${HINT}`,
  });

const share = z.number().min(0).max(1);

/** Some requests go another way than the rest; the first that strikes decides. */
export const failure = z.strictObject({
  /** Of the requests, 1 being all. */
  share: share.default(1),
  /** What these answer; 200 for requests that are only slow. */
  status: z.int().min(200).max(599).default(500),
  /** How long these take, in place of the service time; the service time where unset. */
  after: law.optional(),
  /** Only from then on, since the start of the server's process. */
  from: durationOrZero.default('0s'),
  /** Only until then; to the end where unset. */
  to: duration.optional(),
});

/** `ratings`, `ratings:9080`, `ratings.shop/ratings/0`, or a whole `http://` URL. */
const callee = z.string().min(1);

export const call = z.union([
  callee,
  z.strictObject({
    to: callee,
    /** Size of the body that goes with it; none, and a GET, for 0. */
    requestBytes: z.int().min(0).max(100_000_000).default(0),
    /** How often it is tried at most, by the caller itself. */
    attempts: z.int().min(1).max(100).default(1),
    /** How long the caller waits for each; as long as it takes where unset. */
    timeout: duration.optional(),
  }),
]);

/** Every field may be missing: what is known of the image stays as it is. */
export const behaviourFields = z.strictObject({
  /** From a request's turn to its answer, its calls not counted. */
  serviceTime: law.optional(),
  /** Requests at work at once; more wait in the application's own queue. No limit where unset. */
  concurrency: z.int().min(1).optional(),
  /** Requests that end otherwise, the first entry that strikes. */
  errors: z.array(failure).optional(),
  /** Whether a connection is kept for further requests; false closes each, as HTTP/1.0 does. */
  keepAlive: z.boolean().optional(),
  /** Services that it calls for every request, one after the other, before its own service time. */
  calls: z.array(call).optional(),
  /**
   * What is answered where a call failed, with a status from 400 on or with none: 500 where unset, as
   * an exception does that nobody catches. 200 goes on without what was called.
   */
  callErrorStatus: z.int().min(200).max(599).optional(),
  /** Size of a good answer's body. */
  responseBytes: z.int().min(0).max(100_000_000).optional(),
});

/** All of it, or its service time alone. */
export const behaviour = z.union([
  law.transform((serviceTime) => ({ serviceTime })),
  behaviourFields,
]);

/**
 * By a pattern of workloads: `reviews-v2`, `shop/reviews-v2`, with `*` for any letters, or `*` for
 * all. Where several meet a workload, each field is of the most specific that has it.
 */
export const behaviours = z.record(z.string().min(1), behaviour);

export type Behaviour = z.infer<typeof behaviourFields>;
export type Failure = z.infer<typeof failure>;
export type Behaviours = Readonly<Record<string, Behaviour>>;

/**
 * The same behaviours with the samples of files in their places: so they travel with the experiment.
 *
 * @param read a file's samples, each with its unit, with commas
 */
export function withSamples(given: Behaviours, read: (file: string) => string): Behaviours {
  const filled = (text: string): string => {
    const file = SAMPLES_FILE.exec(text.trim())?.[1];
    return file === undefined ? text : `samples(${read(file)})`;
  };
  return Object.fromEntries(
    Object.entries(given).map(([pattern, { serviceTime, errors, ...others }]) => [
      pattern,
      {
        ...others,
        ...(serviceTime !== undefined && { serviceTime: filled(serviceTime) }),
        ...(errors && {
          errors: errors.map(({ after, ...failure }) => ({
            ...failure,
            ...(after !== undefined && { after: filled(after) }),
          })),
        }),
      },
    ]),
  );
}

/**
 * The one-line form: `reviews-v2=lognormal(p50=20ms, p99=200ms)`.
 *
 * @throws LabError for a line that is none
 */
export function behaviourLine(line: string): { pattern: string; behaviour: Behaviour } {
  const [, pattern = '', text = ''] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(line) ?? [];
  const serviceTime = text.trim();
  if (pattern !== '' && law.safeParse(serviceTime).success) {
    return { pattern, behaviour: { serviceTime } };
  }
  throw new LabError(
    `behaviour '${line}': must be <workload>=<service time>, such as ` +
      `'*=lognormal(p50=20ms, p99=200ms)'; the service time must be ${HINT}`,
  );
}

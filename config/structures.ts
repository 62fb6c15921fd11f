/** The structured values of a stack's configuration that are not Istio's own. */
import { z } from 'zod';
import { durationMs, durationOrZero } from '../istio/duration.ts';

/** As `serverDelay`: at most a day. */
const serviceTime = durationOrZero.refine((text) => durationMs(text) <= durationMs('24h'), {
  error: 'must be at most 24h',
});

export const serverVersion = z
  .strictObject({
    replicas: z.int().min(0).max(100).optional(),
    /** What it answers, such as 502 for a server that fails. */
    status: z.int().min(200).max(599).optional(),
    delay: serviceTime.optional(),
    /** A service time drawn evenly from a range, in place of `delay`. */
    delayMin: serviceTime.optional(),
    delayMax: serviceTime.optional(),
    /** Its share of the traffic in percent; versions with weights become subsets. */
    weight: z.int().min(0).max(100).optional(),
  })
  .refine((v) => (v.delayMin === undefined) === (v.delayMax === undefined), {
    error: 'delayMin and delayMax belong together',
  })
  .refine((v) => v.delay === undefined || v.delayMin === undefined, {
    error: 'delay excludes delayMin and delayMax',
  });

export const versions = z
  .record(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/), serverVersion)
  .refine(
    (all) => {
      const weights = Object.values(all).map(({ weight }) => weight);
      const given = weights.filter((weight) => weight !== undefined);
      if (given.length === 0) return true;
      return given.length === weights.length && given.reduce((a, b) => a + b, 0) === 100;
    },
    { error: 'either no version has a weight, or all do and the weights add up to 100' },
  );

export type Versions = z.infer<typeof versions>;

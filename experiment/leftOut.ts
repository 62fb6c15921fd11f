/** What the objects say and a run does not do. */
import { z } from 'zod';

export const leftOut = z.strictObject({
  /** What says it, as every message names an object: `DestinationRule shop/server`. */
  object: z.string().optional(),
  /** Where in the object, such as `spec.trafficPolicy.tls`. */
  field: z.string().optional(),
  /** What is not done, and what is in its place. */
  sentence: z.string(),
  /** Whether other requests might be refused, or endpoints ejected, if it were done. */
  mayChangeOutcomes: z.boolean(),
});

export type LeftOut = z.infer<typeof leftOut>;

/** Such as `DestinationRule shop/server: spec.trafficPolicy.tls: TLS is left out`. */
export function leftOutText({ object, field, sentence }: LeftOut): string {
  return [object, field, sentence].filter((part) => part !== undefined).join(': ');
}

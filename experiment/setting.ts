/** A field of an object, and the field of Envoy's configuration that it became. */
import { z } from 'zod';

export const setting = z.strictObject({
  /** Such as `DestinationRule shop/server`. */
  object: z.string(),
  /** The field's path in the object; null where the object leaves it unset. */
  field: z.string().nullable(),
  /** What it says there, as JSON has it. */
  value: z.string().nullable(),
  /** In whose proxies, by workload. */
  workloads: z.array(z.string()),
  /** Envoy's cluster, such as `outbound|80||server.shop.svc.cluster.local`. */
  cluster: z.string(),
  /** Envoy's field, by its path in the cluster. */
  envoy: z.string(),
  /** What Envoy was given; null where it was given nothing, and has its own default. */
  envoyValue: z.string().nullable(),
});

export type Setting = z.infer<typeof setting>;

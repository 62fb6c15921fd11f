/**
 * Istio's WorkloadEntry: an endpoint that is no pod (istio.io/docs/reference/config/networking/workload-entry).
 * A ServiceEntry's `endpoints` are of the same form.
 */
import { z } from 'zod';

const port = z.int().min(1).max(65_535);

export const workloadEntrySpec = z.strictObject({
  /** An IP address, a name for DNS, or `unix:///path`. */
  address: z.string().optional(),
  /** The endpoint's own port, by the name of the service's. */
  ports: z.record(z.string(), port).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  /** `region/zone/subzone` */
  locality: z.string().optional(),
  weight: z.int().min(0).max(4_294_967_295).optional(),
  serviceAccount: z.string().optional(),
});

export type WorkloadEntrySpec = z.infer<typeof workloadEntrySpec>;

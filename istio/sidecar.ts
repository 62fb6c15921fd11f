import { z } from 'zod';
import { connectionPool } from './destinationRule.ts';

/** istio.io/docs/reference/config/networking/sidecar: the inbound pool only. */
export const sidecarSpec = z.strictObject({
  workloadSelector: z.strictObject({ labels: z.record(z.string(), z.string()) }).optional(),
  inboundConnectionPool: connectionPool.optional(),
});

export type SidecarSpec = z.infer<typeof sidecarSpec>;

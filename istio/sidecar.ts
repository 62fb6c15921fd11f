import { z } from 'zod';
import { connectionPool } from './destinationRule.ts';

const NAMESPACE_AND_HOST = /^[^/\s]+\/[^/\s]+$/;

const egressListener = z.strictObject({
  port: z
    .strictObject({
      number: z.int().min(0).max(65_535).optional(),
      name: z.string().optional(),
    })
    .optional(),
  hosts: z
    .array(
      z.string().regex(NAMESPACE_AND_HOST, {
        error:
          "must be namespace/host, such as './*', '*/reviews.shop.svc.cluster.local' or 'istio-system/*'",
      }),
    )
    .min(1),
});

/**
 * istio.io/docs/reference/config/networking/sidecar: which services a proxy knows, what becomes of
 * requests to others, and the pool in front of the application.
 */
export const sidecarSpec = z.strictObject({
  workloadSelector: z.strictObject({ labels: z.record(z.string(), z.string()) }).optional(),
  egress: z
    .array(egressListener)
    .refine((listeners) => listeners.filter(({ port }) => port === undefined).length <= 1, {
      error: 'has more than one listener without a port, which is for all ports',
    })
    .optional(),
  outboundTrafficPolicy: z
    .strictObject({ mode: z.enum(['REGISTRY_ONLY', 'ALLOW_ANY']).optional() })
    .optional(),
  inboundConnectionPool: connectionPool.optional(),
});

export type SidecarSpec = z.infer<typeof sidecarSpec>;

import { z } from 'zod';

const port = z.strictObject({
  number: z.int().min(1).max(65_535),
  name: z.string(),
  protocol: z.string(),
});

/** istio.io/docs/reference/config/networking/gateway */
export const gatewaySpec = z.strictObject({
  selector: z.record(z.string(), z.string()),
  servers: z.array(
    z.strictObject({
      port,
      hosts: z.array(z.string()).min(1),
      name: z.string().optional(),
      /** Read so that it can be said that it is left out. */
      tls: z.looseObject({}).optional(),
    }),
  ),
});

export type GatewaySpec = z.infer<typeof gatewaySpec>;

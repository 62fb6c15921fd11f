import { z } from 'zod';
import { selector } from './selector.ts';

/** istio.io/docs/reference/config/networking/proxy-config: the worker threads only. */
export const proxyConfigSpec = z.strictObject({
  selector: selector.optional(),
  concurrency: z.int().min(0).optional(),
});

export type ProxyConfigSpec = z.infer<typeof proxyConfigSpec>;

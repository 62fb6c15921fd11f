/**
 * The fields of Istio's VirtualService that this project acts on
 * (istio.io/docs/reference/config/networking/virtual-service). HTTP routes only.
 */
import { z } from 'zod';
import { duration } from './duration.ts';

export const stringMatch = z
  .strictObject({
    exact: z.string().optional(),
    prefix: z.string().optional(),
    regex: z.string().optional(),
  })
  .refine((m) => Object.keys(m).length === 1, {
    error: 'needs exactly one of exact, prefix, regex',
  });

export const httpMatch = z.strictObject({
  name: z.string().optional(),
  uri: stringMatch.optional(),
  method: stringMatch.optional(),
  authority: stringMatch.optional(),
  headers: z.record(z.string(), stringMatch).optional(),
  port: z.int().min(1).max(65_535).optional(),
  gateways: z.array(z.string()).optional(),
  ignoreUriCase: z.boolean().optional(),
});

export const destination = z.strictObject({
  host: z.string().min(1),
  subset: z.string().optional(),
  port: z.strictObject({ number: z.int().min(1).max(65_535) }).optional(),
});

export const routeDestination = z.strictObject({
  destination,
  weight: z.int().min(0).max(100).optional(),
});

export const retries = z.strictObject({
  attempts: z.int().min(0).optional(),
  perTryTimeout: duration.optional(),
  retryOn: z.string().optional(),
  retryRemoteLocalities: z.boolean().optional(),
  retryIgnorePreviousHosts: z.boolean().optional(),
  backoff: duration.optional(),
});

const percentage = z.strictObject({ value: z.number().min(0).max(100).optional() });

export const fault = z.strictObject({
  delay: z.strictObject({ fixedDelay: duration, percentage: percentage.optional() }).optional(),
  abort: z
    .strictObject({ httpStatus: z.int().min(200).max(599), percentage: percentage.optional() })
    .optional(),
});

export const httpRoute = z.strictObject({
  name: z.string().optional(),
  match: z.array(httpMatch).optional(),
  route: z
    .array(routeDestination)
    .min(1)
    .refine((all) => all.length === 1 || all.some(({ weight = 0 }) => weight > 0), {
      error: 'two or more destinations need weights, and not only 0',
    }),
  timeout: duration.optional(),
  retries: retries.optional(),
  fault: fault.optional(),
});

export const virtualServiceSpec = z.strictObject({
  hosts: z.array(z.string().min(1)).min(1),
  gateways: z.array(z.string()).optional(),
  http: z.array(httpRoute).optional(),
  exportTo: z.array(z.string()).optional(),
});

export type StringMatch = z.infer<typeof stringMatch>;
export type HttpMatch = z.infer<typeof httpMatch>;
export type Destination = z.infer<typeof destination>;
export type Retries = z.infer<typeof retries>;
export type Fault = z.infer<typeof fault>;
export type HttpRoute = z.infer<typeof httpRoute>;
export type VirtualServiceSpec = z.infer<typeof virtualServiceSpec>;

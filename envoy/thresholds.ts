/** The limits of a circuit breaker, by Envoy's own names (envoy.config.cluster.v3.CircuitBreakers). */
import { z } from 'zod';

/** Envoy's code for "no limit", as Istio writes it. */
export const UNLIMITED = 4_294_967_295;

/** Here 0 is a limit of 0. */
const limit = z.int().min(0).max(UNLIMITED);

export const thresholds = z.strictObject({
  max_connections: limit,
  max_pending_requests: limit,
  max_requests: limit,
  max_retries: limit,
});

/** What is absent has Envoy's own default. */
export const someThresholds = thresholds.partial();

export type Thresholds = z.infer<typeof thresholds>;
export type SomeThresholds = z.infer<typeof someThresholds>;

/** What a pod, and the proxy in front of it, is to an experiment: a row for each. */
import { z } from 'zod';

export const ROLES = ['client', 'gateway', 'server'] as const;

/** In the order of a request's way; `gateway` is an ingress, or an Envoy without a mesh. */
export const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

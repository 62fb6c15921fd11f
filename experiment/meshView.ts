/** A mesh as one JSON document: what `lab mesh --json` prints. */
import { z } from 'zod';
import { behaviourFields } from './behaviour.ts';
import { leftOut } from './leftOut.ts';

export const meshView = z.strictObject({
  /** A stack, or what the manifests are called. */
  name: z.string(),
  /** SHA-256 of the objects. */
  digest: z.string(),
  /** A line for each workload. */
  workloads: z.array(
    z.strictObject({
      namespace: z.string(),
      name: z.string(),
      pods: z.int(),
      /** What its pods are to the experiment; idle ones neither call nor answer. */
      runs: z.enum(['server', 'client', 'envoy', 'gateway', 'idle']),
      proxy: z.enum(['sidecar', 'gateway', 'none']),
      /** Worker threads of each Envoy; null without one. */
      proxyConcurrency: z.int().nullable(),
      images: z.array(z.string()),
      /** What was understood of its image, or made up; null where it is the project's own. */
      understood: z.string().nullable(),
      behaviour: behaviourFields.nullable(),
      /** What a client is told (apps/client/main.ts); null for what does not send. */
      sends: z.record(z.string(), z.string()).nullable(),
    }),
  ),
  services: z.array(
    z.strictObject({
      host: z.string(),
      ports: z.array(z.strictObject({ port: z.int(), protocol: z.string() })),
      /** The workloads behind it, with a number of ready endpoints each. */
      behind: z.record(z.string(), z.int()),
    }),
  ),
  policies: z.array(
    z.strictObject({
      /** Such as `DestinationRule shop/server`. */
      object: z.string(),
      /** What it says, in short: of which subsets, with which limits. */
      says: z.string(),
      /** The services, gateways or workloads that it is for; none where it does nothing. */
      binds: z.array(z.string()),
    }),
  ),
  madeUp: z.array(z.string()),
  leftOut: z.array(leftOut),
});

export type MeshView = z.infer<typeof meshView>;

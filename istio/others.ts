/** The smaller Istio kinds: Gateway, PeerAuthentication, AuthorizationPolicy, Telemetry, Sidecar. */
import { z } from 'zod';
import { connectionPool } from './destinationRule.ts';

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

const mtls = z.strictObject({ mode: z.enum(['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT']) });
const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()) });

/** istio.io/docs/reference/config/security/peer_authentication */
export const peerAuthenticationSpec = z.strictObject({
  selector: selector.optional(),
  mtls: mtls.optional(),
  portLevelMtls: z.record(z.string(), mtls).optional(),
});

/** istio.io/docs/reference/config/security/authorization-policy: what this project writes. */
export const authorizationPolicySpec = z.strictObject({
  selector: selector.optional(),
  action: z.literal('ALLOW'),
  rules: z.array(
    z.strictObject({
      from: z.array(
        z.strictObject({
          source: z.strictObject({
            principals: z.array(z.string()).optional(),
            namespaces: z.array(z.string()).optional(),
          }),
        }),
      ),
    }),
  ),
});

/** istio.io/docs/reference/config/telemetry: access logging only. */
export const telemetrySpec = z.strictObject({
  selector: selector.optional(),
  accessLogging: z
    .array(
      z.strictObject({
        providers: z.array(z.strictObject({ name: z.string() })).optional(),
        disabled: z.boolean().optional(),
        filter: z.strictObject({ expression: z.string() }).optional(),
      }),
    )
    .optional(),
});

/** istio.io/docs/reference/config/networking/sidecar: the inbound pool only. */
export const sidecarSpec = z.strictObject({
  workloadSelector: z.strictObject({ labels: z.record(z.string(), z.string()) }).optional(),
  inboundConnectionPool: connectionPool.optional(),
});

export type GatewaySpec = z.infer<typeof gatewaySpec>;
export type PeerAuthenticationSpec = z.infer<typeof peerAuthenticationSpec>;
export type AuthorizationPolicySpec = z.infer<typeof authorizationPolicySpec>;
export type TelemetrySpec = z.infer<typeof telemetrySpec>;
export type SidecarSpec = z.infer<typeof sidecarSpec>;

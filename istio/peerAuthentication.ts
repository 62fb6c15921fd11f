import { z } from 'zod';
import { selector } from './selector.ts';

const mtls = z.strictObject({ mode: z.enum(['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT']) });

/** istio.io/docs/reference/config/security/peer_authentication */
export const peerAuthenticationSpec = z.strictObject({
  selector: selector.optional(),
  mtls: mtls.optional(),
  portLevelMtls: z.record(z.string(), mtls).optional(),
});

export type PeerAuthenticationSpec = z.infer<typeof peerAuthenticationSpec>;

import { z } from 'zod';
import { selector } from './selector.ts';

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

export type AuthorizationPolicySpec = z.infer<typeof authorizationPolicySpec>;

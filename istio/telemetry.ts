import { z } from 'zod';
import { selector } from './selector.ts';

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

export type TelemetrySpec = z.infer<typeof telemetrySpec>;

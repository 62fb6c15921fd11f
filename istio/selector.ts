/** Which workloads a policy is for (istio.io/docs/reference/config/type/workload-selector). */
import { z } from 'zod';

export const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()) });

/**
 * Envoy's own record of ejections and returns (envoyproxy.io, Outlier detection, Ejection event
 * logging): to the millisecond, and with the detector that decided. Sampling would only come near.
 */
import { z } from 'zod';

const event = z.object({
  timestamp: z.coerce.date(),
  cluster_name: z.string(),
  upstream_url: z.string(),
  action: z.enum(['EJECT', 'UNEJECT']).default('EJECT'),
  type: z.string().default('CONSECUTIVE_5XX'),
  enforced: z.boolean().default(false),
});

export interface OutlierEvent {
  /** Epoch ms. */
  readonly at: number;
  readonly cluster: string;
  /** `ip:port` of the endpoint. */
  readonly address: string;
  readonly ejected: boolean;
  readonly reason: string;
}

/**
 * What really happened to endpoints; detections that were not enforced are left out, as is a last
 * line that Envoy is still writing.
 */
export function parseOutlierEvents(log: string): OutlierEvent[] {
  const whole = log.split('\n').slice(0, -1);
  return whole.flatMap((line): OutlierEvent[] => {
    const { timestamp, cluster_name, upstream_url, action, type, enforced } = event.parse(
      JSON.parse(line),
    );
    const ejected = action === 'EJECT';
    if (ejected && !enforced) return [];
    return [
      {
        at: timestamp.getTime(),
        cluster: cluster_name,
        address: upstream_url,
        ejected,
        reason: type,
      },
    ];
  });
}

/**
 * The fields of Istio's DestinationRule that this project acts on, with the rules of Istio's own
 * validation (istio.io/docs/reference/config/networking/destination-rule; pkg/config/validation).
 * An unknown field is refused, as an API server with strict field validation refuses it.
 */
import { z } from 'zod';
import { duration, durationOrZero } from './duration.ts';

/** An int32 of Istio's API. Istio has no way to tell 0 from unset here: 0 means unlimited. */
const limit = z.int().min(0).max(2_147_483_647);

/** A uint32 of Istio's API. */
const number = z.int().min(0).max(4_294_967_295);
const percent = z.int().min(0).max(100);

export const tcpKeepalive = z.strictObject({
  probes: number.optional(),
  time: duration.optional(),
  interval: duration.optional(),
});

export const connectionPool = z.strictObject({
  tcp: z
    .strictObject({
      maxConnections: limit.optional(),
      connectTimeout: duration.optional(),
      tcpKeepalive: tcpKeepalive.optional(),
      maxConnectionDuration: duration.optional(),
      idleTimeout: durationOrZero.optional(),
    })
    .optional(),
  http: z
    .strictObject({
      http1MaxPendingRequests: limit.optional(),
      http2MaxRequests: limit.optional(),
      maxRequestsPerConnection: limit.optional(),
      maxRetries: limit.optional(),
      idleTimeout: duration.optional(),
      h2UpgradePolicy: z.enum(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE']).optional(),
      useClientProtocol: z.boolean().optional(),
      maxConcurrentStreams: limit.optional(),
      http2KeepAlive: z
        .strictObject({ interval: duration.optional(), timeout: duration.optional() })
        .optional(),
    })
    .optional(),
});

export const outlierDetection = z
  .strictObject({
    splitExternalLocalOriginErrors: z.boolean().optional(),
    consecutiveLocalOriginFailures: number.optional(),
    consecutiveGatewayErrors: number.optional(),
    consecutive5xxErrors: number.optional(),
    interval: duration.optional(),
    baseEjectionTime: duration.optional(),
    maxEjectionPercent: percent.optional(),
    minHealthPercent: percent.optional(),
    /** From Istio 1.31 on: which answers count as errors, in place of 5xx. */
    outlierDetectionHttpErrorCodes: z.array(z.int().min(100).max(599)).optional(),
  })
  .refine(
    (o) =>
      o.consecutiveLocalOriginFailures === undefined || o.splitExternalLocalOriginErrors === true,
    {
      path: ['consecutiveLocalOriginFailures'],
      error: 'needs splitExternalLocalOriginErrors: true',
    },
  );

export const localityLbSetting = z.strictObject({
  enabled: z.boolean().optional(),
  distribute: z
    .array(
      z.strictObject({
        from: z.string().optional(),
        to: z.record(z.string(), number).optional(),
      }),
    )
    .optional(),
  failover: z
    .array(z.strictObject({ from: z.string().optional(), to: z.string().optional() }))
    .optional(),
  failoverPriority: z.array(z.string()).optional(),
});

export const loadBalancer = z
  .strictObject({
    localityLbSetting: localityLbSetting.optional(),
    simple: z
      .enum(['UNSPECIFIED', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'ROUND_ROBIN', 'LEAST_REQUEST'])
      .optional(),
    consistentHash: z
      .strictObject({
        httpHeaderName: z.string().optional(),
        httpCookie: z
          .strictObject({
            name: z.string(),
            path: z.string().optional(),
            ttl: durationOrZero.optional(),
          })
          .optional(),
        useSourceIp: z.boolean().optional(),
        httpQueryParameterName: z.string().optional(),
        ringHash: z.strictObject({ minimumRingSize: z.int().min(0).optional() }).optional(),
        maglev: z.strictObject({ tableSize: z.int().min(0).optional() }).optional(),
        minimumRingSize: z.int().min(0).optional(),
      })
      .optional(),
    warmup: z
      .strictObject({
        duration,
        minimumPercent: z.number().min(0).max(100).optional(),
        aggression: z.number().min(1).optional(),
      })
      .optional(),
    warmupDurationSecs: duration.optional(),
  })
  .refine((balancer) => balancer.simple === undefined || balancer.consistentHash === undefined, {
    error: 'has either simple or consistentHash, not both',
  });

export const clientTls = z.strictObject({
  mode: z.enum(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL']).optional(),
});

export const retryBudget = z.strictObject({
  percent: z.number().min(0).max(100).optional(),
  minRetryConcurrency: number.optional(),
  /** From Istio 1.31 on: requests of so long count, besides those in flight. */
  budgetInterval: durationOrZero.optional(),
});

const portPolicy = {
  connectionPool: connectionPool.optional(),
  outlierDetection: outlierDetection.optional(),
  loadBalancer: loadBalancer.optional(),
  tls: clientTls.optional(),
};

export const trafficPolicy = z.strictObject({
  ...portPolicy,
  retryBudget: retryBudget.optional(),
  portLevelSettings: z
    .array(
      z.strictObject({
        port: z.strictObject({ number: z.int().min(1).max(65_535) }),
        ...portPolicy,
      }),
    )
    .optional(),
});

export const subset = z.strictObject({
  name: z.string().min(1),
  labels: z.record(z.string(), z.string()).optional(),
  trafficPolicy: trafficPolicy.optional(),
});

export const destinationRuleSpec = z.strictObject({
  host: z.string().min(1),
  trafficPolicy: trafficPolicy.optional(),
  subsets: z.array(subset).optional(),
  exportTo: z.array(z.string()).optional(),
  workloadSelector: z
    .strictObject({ matchLabels: z.record(z.string(), z.string()).optional() })
    .optional(),
});

export type ConnectionPool = z.infer<typeof connectionPool>;
export type OutlierDetection = z.infer<typeof outlierDetection>;
export type LocalityLbSetting = z.infer<typeof localityLbSetting>;
export type LoadBalancer = z.infer<typeof loadBalancer>;
export type ClientTls = z.infer<typeof clientTls>;
export type RetryBudget = z.infer<typeof retryBudget>;
export type TrafficPolicy = z.infer<typeof trafficPolicy>;
export type Subset = z.infer<typeof subset>;
export type DestinationRuleSpec = z.infer<typeof destinationRuleSpec>;

/**
 * The fields of Istio's VirtualService that this project acts on
 * (istio.io/docs/reference/config/networking/virtual-service): routes for HTTP and for TCP.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { duration } from './duration.ts';

export const stringMatch = z
  .strictObject({
    exact: z.string().optional(),
    prefix: z.string().min(1, { error: 'must not be empty: it would match everything' }).optional(),
    regex: z.string().optional(),
  })
  .refine((m) => Object.keys(m).length <= 1, {
    error: 'needs one of exact, prefix, regex; with none of them, presence is asked for',
  });

const matches = z.record(z.string(), stringMatch);
const labels = z.record(z.string(), z.string());

export const httpMatch = z.strictObject({
  name: z.string().optional(),
  uri: stringMatch.optional(),
  scheme: stringMatch.optional(),
  method: stringMatch.optional(),
  authority: stringMatch.optional(),
  headers: matches.optional(),
  withoutHeaders: matches.optional(),
  queryParams: matches.optional(),
  port: z.int().min(1).max(65_535).optional(),
  gateways: z.array(z.string()).optional(),
  sourceLabels: labels.optional(),
  sourceNamespace: z.string().optional(),
  ignoreUriCase: z.boolean().optional(),
});

export const destination = z.strictObject({
  host: z.string().min(1),
  subset: z.string().optional(),
  port: z.strictObject({ number: z.int().min(1).max(65_535) }).optional(),
});

const headerChanges = z.strictObject({
  set: labels.optional(),
  add: labels.optional(),
  remove: z.array(z.string()).optional(),
});

export const headers = z.strictObject({
  request: headerChanges.optional(),
  response: headerChanges.optional(),
});

const weight = z.int().min(0).max(2_147_483_647);

export const routeDestination = z.strictObject({
  destination,
  weight: weight.optional(),
  headers: headers.optional(),
});

/** One destination, or several that share what comes. */
function isShared(all: readonly { readonly weight?: number | undefined }[]): boolean {
  return all.length === 1 || all.some(({ weight: own = 0 }) => own > 0);
}

const SHARED = { error: 'two or more destinations need weights, and not only 0' };

export const retries = z.strictObject({
  attempts: z.int().min(0).optional(),
  perTryTimeout: duration.optional(),
  retryOn: z.string().optional(),
  retryRemoteLocalities: z.boolean().optional(),
  retryIgnorePreviousHosts: z.boolean().optional(),
  backoff: duration.optional(),
});

const percentage = z.strictObject({ value: z.number().min(0).max(100).optional() });
const wholePercent = z.int().min(0).max(100);

/** Their numbers are their places (google.golang.org/grpc/codes). */
export const GRPC_STATUSES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND'],
  ...['ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION'],
  ...['ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
  'UNAUTHENTICATED',
] as const;

export const fault = z.strictObject({
  delay: z
    .strictObject({
      fixedDelay: duration.optional(),
      percentage: percentage.optional(),
      /** Deprecated by Istio: a whole number. */
      percent: wholePercent.optional(),
    })
    .optional(),
  abort: z
    .strictObject({
      httpStatus: z.int().min(200).max(599).optional(),
      grpcStatus: z.enum(GRPC_STATUSES).optional(),
      percentage: percentage.optional(),
    })
    .refine((abort) => abort.httpStatus === undefined || abort.grpcStatus === undefined, {
      error: 'has one of httpStatus, grpcStatus, not both',
    })
    .optional(),
});

export const rewrite = z.strictObject({
  uri: z.string().optional(),
  authority: z.string().optional(),
  uriRegexRewrite: z
    .strictObject({ match: z.string().optional(), rewrite: z.string().optional() })
    .optional(),
});

export const redirect = z.strictObject({
  uri: z.string().optional(),
  authority: z.string().optional(),
  scheme: z.string().optional(),
  port: z.int().min(0).max(4_294_967_295).optional(),
  derivePort: z.enum(['FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT']).optional(),
  redirectCode: z.literal([301, 302, 303, 307, 308]).optional(),
});

export const directResponse = z.strictObject({
  status: z.int().min(200).max(599),
  body: z.strictObject({ string: z.string().optional(), bytes: z.string().optional() }).optional(),
});

export const corsPolicy = z.strictObject({
  allowOrigins: z.array(stringMatch).optional(),
  /** Deprecated by Istio: exact matches. */
  allowOrigin: z.array(z.string()).optional(),
  allowMethods: z.array(z.string()).optional(),
  allowHeaders: z.array(z.string()).optional(),
  exposeHeaders: z.array(z.string()).optional(),
  maxAge: duration.optional(),
  allowCredentials: z.boolean().optional(),
  unmatchedPreflights: z.enum(['UNSPECIFIED', 'FORWARD', 'IGNORE']).optional(),
});

export const httpRoute = z
  .strictObject({
    name: z.string().optional(),
    match: z.array(httpMatch).optional(),
    route: z.array(routeDestination).min(1).refine(isShared, SHARED).optional(),
    redirect: redirect.optional(),
    directResponse: directResponse.optional(),
    /** The VirtualService whose routes stand in the place of this one. */
    delegate: z
      .strictObject({ name: z.string().optional(), namespace: z.string().optional() })
      .optional(),
    rewrite: rewrite.optional(),
    timeout: duration.optional(),
    retries: retries.optional(),
    fault: fault.optional(),
    mirror: destination.optional(),
    mirrors: z.array(z.strictObject({ destination, percentage: percentage.optional() })).optional(),
    mirrorPercentage: percentage.optional(),
    /** Deprecated by Istio: a whole number, under both of these names. */
    mirrorPercent: wholePercent.optional(),
    mirror_percent: wholePercent.optional(),
    corsPolicy: corsPolicy.optional(),
    headers: headers.optional(),
  })
  .refine(
    (http) =>
      [http.route, http.redirect, http.directResponse, http.delegate].filter(Boolean).length === 1,
    { error: 'needs one of route, redirect, directResponse, delegate' },
  );

/** An address, or a block of them such as `10.1.0.0/16`. */
const subnet = z.string().refine(isSubnet, { error: 'must be an IP address or a CIDR block' });

function isSubnet(text: string): boolean {
  const [address = '', length, ...others] = text.split('/');
  const family = isIP(address);
  if (family === 0 || others.length > 0) return false;
  const most = family === 4 ? 32 : 128;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most);
}

/** Which connections a TCP route is for; port 0 is any (L4MatchAttributes). */
export const tcpMatch = z.strictObject({
  destinationSubnets: z.array(subnet).optional(),
  port: z.int().min(0).max(65_535).optional(),
  gateways: z.array(z.string()).optional(),
  sourceLabels: labels.optional(),
  sourceNamespace: z.string().optional(),
});

export const tcpRoute = z.strictObject({
  match: z.array(tcpMatch).optional(),
  route: z
    .array(z.strictObject({ destination, weight: weight.optional() }))
    .min(1)
    .refine(isShared, SHARED),
});

export const virtualServiceSpec = z.strictObject({
  /** None of one that others delegate to. */
  hosts: z.array(z.string().min(1)).default([]),
  gateways: z.array(z.string()).optional(),
  http: z.array(httpRoute).optional(),
  tcp: z.array(tcpRoute).optional(),
  exportTo: z.array(z.string()).optional(),
});

export type StringMatch = z.infer<typeof stringMatch>;
export type HttpMatch = z.infer<typeof httpMatch>;
export type Destination = z.infer<typeof destination>;
export type Retries = z.infer<typeof retries>;
export type Fault = z.infer<typeof fault>;
export type Headers = z.infer<typeof headers>;
export type Rewrite = z.infer<typeof rewrite>;
export type Redirect = z.infer<typeof redirect>;
export type DirectResponse = z.infer<typeof directResponse>;
export type CorsPolicy = z.infer<typeof corsPolicy>;
export type HttpRoute = z.infer<typeof httpRoute>;
export type TcpMatch = z.infer<typeof tcpMatch>;
export type TcpRoute = z.infer<typeof tcpRoute>;
export type VirtualServiceSpec = z.infer<typeof virtualServiceSpec>;

/** What clients, proxies and admins say, made by hand, for tests of what is read from it. */
import type { AccessLogEntry } from '../../../envoy/accessLog.ts';
import type { ClientResponse } from '../../../apps/contract.ts';
import { type Thresholds, UNLIMITED } from '../../../envoy/thresholds.ts';
import type { Cluster, EndpointHealth, Proxy, Request } from '../../../experiment/observation.ts';

/** An entry of a request that the application answered with 200. */
export function entry(given: Partial<AccessLogEntry> = {}): AccessLogEntry {
  return {
    startTime: '2026-11-22T14:10:20.558Z',
    method: 'GET',
    path: '/index',
    protocol: 'HTTP/1.1',
    status: 200,
    flags: '',
    details: 'via_upstream',
    durationMs: 503,
    requestId: '755e41be-b46e-4922-ac06-154cd736bf28',
    authority: 'pyserver',
    upstreamHost: '127.0.0.1:44667',
    upstreamCluster: 'outbound|80||pyserver.circuitbreaker.svc.cluster.local',
    upstreamLocalAddress: '127.0.0.1:52834',
    downstreamRemoteAddress: '127.0.0.1:59008',
    routeName: 'default',
    ...given,
  };
}

/** What the client saw of a request; times are epoch ms. */
export function response(given: Partial<ClientResponse> = {}): ClientResponse {
  return {
    event: 'response',
    id: '755e41be-b46e-4922-ac06-154cd736bf28',
    client: 'pyclient-0',
    batch: 0,
    status: 200,
    sentAt: 1000,
    endedAt: 1500,
    ...given,
  };
}

/** A request of a warm batch, answered well after 5 s. */
export function request(given: Partial<Request> = {}): Request {
  return {
    id: '755e41be-b46e-4922-ac06-154cd736bf28',
    client: 'pyclient-0',
    batch: 0,
    warmUp: false,
    sentMs: 0,
    endedMs: 5000,
    status: 200,
    flags: { client: '', server: '' },
    endpoint: 'pyserver-0',
    attempts: 1,
    refusedBy: null,
    ...given,
  };
}

export function endpointHealth(
  atMs: number,
  outlierCheck: EndpointHealth['outlierCheck'],
): EndpointHealth {
  return { atMs, outlierCheck };
}

/** Limits of a cluster; those that are not given are not set. */
export function limits(given: Partial<Thresholds> = {}): Thresholds {
  return {
    max_connections: UNLIMITED,
    max_pending_requests: UNLIMITED,
    max_requests: UNLIMITED,
    max_retries: UNLIMITED,
    ...given,
  };
}

/** An endpoint that nothing was sent to. */
export function endpoint(
  given: Partial<Cluster['endpoints'][number]> = {},
): Cluster['endpoints'][number] {
  return {
    pod: 'pyserver-0',
    address: '127.0.0.1:44667',
    cxActive: 0,
    cxTotal: 0,
    rqTotal: 0,
    rqError: 0,
    health: [],
    ...given,
  };
}

/** A cluster of one endpoint, without limits; nothing has happened there. */
export function cluster(given: Partial<Cluster> = {}): Cluster {
  return {
    name: 'outbound|80||pyserver.circuitbreaker.svc.cluster.local',
    thresholds: limits(),
    before: {},
    after: {},
    gauges: {},
    endpoints: [endpoint()],
    ...given,
  };
}

/** A proxy with one cluster of one endpoint, without limits; nothing has happened there. */
export function proxy(
  given: Partial<Cluster> & {
    readonly pod?: string;
    readonly role?: Proxy['role'];
    readonly concurrency?: number;
    readonly endpoint?: Partial<Cluster['endpoints'][number]>;
    readonly health?: EndpointHealth[];
  } = {},
): Proxy {
  const {
    pod = 'pyclient-0',
    role = 'client',
    concurrency = 2,
    endpoint: one = {},
    health = [],
    ...rest
  } = given;
  const endpoints = [endpoint({ health, ...one })];
  return { pod, role, concurrency, clusters: [cluster({ endpoints, ...rest })] };
}

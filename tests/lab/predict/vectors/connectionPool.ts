/**
 * From Envoy's test/common/http/http1/conn_pool_test.cc, test/common/conn_pool/conn_pool_base_test.cc
 * and, for timeouts, test/common/router/router_test.cc. In all of them one proxy with one worker sends
 * to one host; a connection opens in 10 ms, the host answers after 100 ms, nothing else takes time.
 */
import type { Vector } from './vector.ts';

export const CONNECT_MS = 10;
export const SERVICE_MS = 100;

export interface PoolVector extends Vector {
  /** Of the proxy's cluster; unset is no limit. */
  readonly limits?: {
    readonly maxConnections?: number;
    readonly maxPendingRequests?: number;
    readonly maxRequests?: number;
    readonly maxRequestsPerConnection?: number;
    readonly idleTimeoutMs?: number;
  };
  /** The host closes each connection after its answer. */
  readonly hostCloses?: true;
  /** When the route gives up. */
  readonly routeTimeoutMs?: number;
  readonly perTryTimeoutMs?: number;
  /** Retried twice on 5xx. */
  readonly retries?: true;
  /** When the client gives up. */
  readonly clientTimeoutMs?: number;
  readonly sendMs: readonly number[];
  /** For each request when it ends; where not with a 200, how. */
  readonly ends: readonly (
    number | readonly [number, 'pending' | 'requests' | 'timeout' | 'client']
  )[];
  /** Envoy's counters of the cluster at the end. */
  readonly counters: Readonly<Record<string, number>>;
}

export const POOL_VECTORS: readonly PoolVector[] = [
  {
    restates: 'Http1ConnPoolImplTest.MultipleRequestAndResponse',
    fact: 'the second request takes the connection that the first one opened',
    sendMs: [0, 200],
    ends: [110, 300],
    counters: { upstream_cx_total: 1, upstream_rq_total: 2 },
  },
  {
    restates: 'Http1ConnPoolImplTest.VerifyTimingStats',
    fact: 'a request waits for its connection to open',
    sendMs: [0],
    ends: [110],
    counters: { upstream_cx_total: 1 },
  },
  {
    restates: 'Http1ConnPoolImplTest.MaxPendingRequests',
    fact: 'a request takes a pending slot while its connection opens: the second finds none',
    limits: { maxConnections: 1, maxPendingRequests: 1 },
    sendMs: [0, 1],
    ends: [110, [1, 'pending']],
    counters: { upstream_rq_pending_overflow: 1, upstream_rq_pending_total: 1 },
  },
  {
    restates: 'Http1ConnPoolImplTest.MeasureConnectTime',
    fact: 'two connections open side by side, each in its own time',
    limits: { maxConnections: 2 },
    sendMs: [0, 5],
    ends: [110, 115],
    counters: { upstream_cx_total: 2 },
  },
  {
    restates: 'Http1ConnPoolImplTest.CancelBeforeBound',
    fact: 'the connection of a request that was given up opens all the same, for the next one',
    clientTimeoutMs: 5,
    sendMs: [0, 50],
    ends: [
      [5, 'client'],
      [55, 'client'],
    ],
    counters: { upstream_cx_total: 1, upstream_rq_total: 1 },
  },
  {
    restates: 'Http1ConnPoolImplTest.MaxConnections',
    fact: 'the second request waits for the one connection, and takes it over',
    limits: { maxConnections: 1 },
    sendMs: [0, 1],
    ends: [110, 210],
    counters: { upstream_cx_total: 1, upstream_rq_total: 2 },
  },
  {
    restates: 'Http1ConnPoolImplTest.ConnectionCloseWithoutHeader',
    fact: 'where the connection closes after the answer, what waits gets a new one',
    limits: { maxConnections: 1 },
    hostCloses: true,
    sendMs: [0, 1],
    ends: [110, 220],
    counters: { upstream_cx_total: 2 },
  },
  {
    restates: 'Http1ConnPoolImplTest.ConnectionCloseHeader',
    fact: 'no connection is left after an answer that closes it',
    hostCloses: true,
    sendMs: [0, 200],
    ends: [110, 310],
    counters: { upstream_cx_total: 2 },
  },
  {
    restates: 'Http1ConnPoolImplTest.Http10NoConnectionKeepAlive',
    fact: 'a host of HTTP/1.0 gets a connection for each request',
    hostCloses: true,
    sendMs: [0, 200, 400],
    ends: [110, 310, 510],
    counters: { upstream_cx_total: 3 },
  },
  {
    restates: 'Http1ConnPoolImplTest.MaxRequestsPerConnection',
    fact: 'a connection that has had its requests is closed',
    limits: { maxRequestsPerConnection: 1 },
    sendMs: [0, 200],
    ends: [110, 310],
    counters: { upstream_cx_total: 2, upstream_cx_max_requests: 2 },
  },
  {
    restates: 'Http1ConnPoolImplTest.ConcurrentConnections',
    fact: 'the third of three requests takes the first of two connections that comes free',
    limits: { maxConnections: 2 },
    sendMs: [0, 5, 6],
    ends: [110, 115, 210],
    counters: { upstream_cx_total: 2, upstream_rq_total: 3 },
  },
  {
    restates: 'Http1ConnPoolImplTest.ActiveRequestHasActiveConnectionsTrue',
    fact: 'a busy connection serves no second request: another one opens',
    sendMs: [0, 50],
    ends: [110, 160],
    counters: { upstream_cx_total: 2 },
  },
  {
    restates: 'Http1ConnPoolImplTest.ResponseCompletedConnectionReadyNoActiveConnections',
    fact: 'after its answer a connection is ready at once',
    sendMs: [0, 111],
    ends: [110, 211],
    counters: { upstream_cx_total: 1 },
  },
  {
    restates: 'Http1ConnPoolImplTest.PendingRequestIsConsideredActive',
    fact: 'a request that was given up while it waited was never sent',
    limits: { maxConnections: 1 },
    clientTimeoutMs: 150,
    sendMs: [0, 0.5, 1],
    ends: [110, [150.5, 'client'], [151, 'client']],
    counters: { upstream_rq_pending_total: 3, upstream_rq_total: 2 },
  },
  {
    restates: 'ConnPoolImplBaseTest.NoPreconnectIfUnhealthy',
    fact: 'one request opens one connection',
    sendMs: [0],
    ends: [110],
    counters: { upstream_cx_total: 1, upstream_rq_pending_total: 1 },
  },
  {
    restates: 'ConnPoolImplBaseTest.PoolIdleCallbackTriggeredLocalClose',
    fact: 'a connection that idled too long is closed: the next request opens one',
    limits: { idleTimeoutMs: 50 },
    sendMs: [0, 400],
    ends: [110, 510],
    counters: { upstream_cx_total: 2 },
  },
  {
    restates: 'ConnPoolImplBaseTest.PoolIdleCallbackTriggeredLocalClose',
    fact: 'one that did not idle long enough stays',
    limits: { idleTimeoutMs: 500 },
    sendMs: [0, 400],
    ends: [110, 500],
    counters: { upstream_cx_total: 1 },
  },
  {
    restates: 'ConnPoolImplDispatcherBaseTest.MaxConnectionDurationTimerNull',
    fact: 'without a longest duration a connection stays',
    sendMs: [0, 10_000],
    ends: [110, 10_100],
    counters: { upstream_cx_total: 1 },
  },
  {
    restates: 'ConnPoolImplDispatcherBaseTest.MaxActiveRequestsOverflow',
    fact: 'max_requests is asked when a stream is attached: the second is refused, its connection opened',
    limits: { maxRequests: 1 },
    sendMs: [0, 50],
    ends: [110, [60, 'requests']],
    counters: { upstream_cx_total: 2, upstream_rq_total: 1 },
  },
  {
    restates: 'ResourceManagerImplTest.RuntimeResourceManager',
    fact: 'one connection, two waiting, where the limits are one and three slots: the fourth is refused',
    limits: { maxConnections: 1, maxPendingRequests: 3 },
    sendMs: [0, 1, 2, 3],
    ends: [110, 210, 310, [3, 'pending']],
    counters: { upstream_rq_pending_overflow: 1, upstream_cx_total: 1 },
  },
  {
    restates: 'ResourceManagerImplTest.RemainingResourceGauges',
    fact: 'a slot is free again once its request has its connection',
    limits: { maxConnections: 1, maxPendingRequests: 1 },
    sendMs: [0, 50, 60],
    ends: [110, 210, [60, 'pending']],
    counters: { upstream_rq_pending_overflow: 1 },
  },
  {
    restates: 'RouterRetryStateImplTest.Policy5xxResetOverflow',
    fact: "the proxy's own overflow is never retried",
    limits: { maxConnections: 1, maxPendingRequests: 1 },
    retries: true,
    sendMs: [0, 1],
    ends: [110, [1, 'pending']],
    counters: { upstream_rq_retry: 0, upstream_rq_total: 1 },
  },
  {
    restates: 'RouterTest.RetryUpstreamPerTryTimeout',
    fact: 'an attempt that took too long is made again, on another connection',
    perTryTimeoutMs: 50,
    retries: true,
    sendMs: [0],
    ends: [[180, 'timeout']],
    counters: { upstream_rq_retry: 2, upstream_rq_total: 3, upstream_cx_total: 3 },
  },
  {
    restates: 'RouterTest.RetryTimeoutDuringRetryDelay',
    fact: 'the time of the route goes on over the attempts',
    routeTimeoutMs: 100,
    perTryTimeoutMs: 50,
    retries: true,
    sendMs: [0],
    ends: [[100, 'timeout']],
    counters: { upstream_rq_retry: 1, upstream_rq_total: 2 },
  },
  {
    restates: 'RouterTest.UpstreamTimeout',
    fact: 'the route gives up with a 504',
    routeTimeoutMs: 60,
    sendMs: [0],
    ends: [[60, 'timeout']],
    counters: { upstream_rq_timeout: 1 },
  },
  {
    restates: 'RouterTest.UpstreamPerTryTimeoutDelayedPoolReady',
    fact: "an attempt's time begins when it has its connection",
    perTryTimeoutMs: 60,
    sendMs: [0],
    ends: [[70, 'timeout']],
    counters: { upstream_rq_total: 1 },
  },
  {
    restates: 'RouterTest.UpstreamPerTryTimeoutExcludesNewStream',
    fact: 'the wait for a connection is no part of it',
    perTryTimeoutMs: 105,
    limits: { maxConnections: 1 },
    sendMs: [0, 1],
    ends: [110, 210],
    counters: { upstream_rq_total: 2 },
  },
];

/**
 * From Envoy's test/common/router/retry_state_impl_test.cc and router_test.cc, and what a retry may
 * take from test/common/upstream/resource_manager_impl_test.cc.
 */
import type { Decision } from '../../../../lab/predict/engine/retries.ts';
import type { Vector } from './vector.ts';

/** How an attempt ended: with a status, or without one. */
export type End = number | 'reset' | 'connect failure';

export interface RetryVector extends Vector {
  readonly policy: {
    /** As x-envoy-retry-on says it. */
    readonly on: string;
    /** 1 in Envoy, where nothing is said. */
    readonly numRetries?: number;
    readonly statusCodes?: readonly number[];
    readonly baseIntervalMs?: number;
    readonly maxIntervalMs?: number;
  } | null;
  /** Envoy's own limit is 3. */
  readonly maxRetries?: number;
  readonly budget?: { readonly percent: number; readonly minConcurrency: number };
  /** What is under way in the cluster besides. */
  readonly busy?: {
    readonly active?: number;
    readonly pending?: number;
    readonly retries?: number;
  };
  /** Each attempt's end, and what is decided then. */
  readonly ends: readonly (readonly [End, Decision])[];
  /** What each wait before a retry stays below. */
  readonly backOffBelowMs?: readonly number[];
}

/** Retried once, and not a second time. */
const once = (end: End): RetryVector['ends'] => [
  [end, 'yes'],
  [end, 'limit'],
];

export const RETRY_VECTORS: readonly RetryVector[] = [
  {
    restates: 'RouterRetryStateImplTest.PolicyNoneRemoteReset',
    fact: 'nothing is retried without a policy',
    policy: null,
    ends: [['reset', 'no']],
  },
  {
    restates: 'RouterRetryStateImplTest.Policy5xxRemoteReset',
    fact: '5xx retries an attempt without an answer',
    policy: { on: '5xx' },
    ends: once('reset'),
  },
  {
    restates: 'RouterRetryStateImplTest.Policy5xxRemote503',
    fact: '5xx retries a 503',
    policy: { on: '5xx' },
    ends: once(503),
  },
  ...[502, 503, 504].map((status): RetryVector => ({
    restates: `RouterRetryStateImplTest.PolicyGatewayErrorRemote${status}`,
    fact: `gateway-error retries a ${status}`,
    policy: { on: 'gateway-error' },
    ends: once(status),
  })),
  {
    restates: 'RouterRetryStateImplTest.PolicyGatewayErrorRemoteReset',
    fact: 'gateway-error retries an attempt without an answer',
    policy: { on: 'gateway-error' },
    ends: once('reset'),
  },
  {
    restates: 'RouterRetryStateImplTest.Policy5xxRemote200RemoteReset',
    fact: '5xx does not retry a 200',
    policy: { on: '5xx' },
    ends: [[200, 'no']],
  },
  {
    restates: 'RouterRetryStateImplTest.PolicyConnectFailureOtherReset',
    fact: 'connect-failure does not retry a connection that ended later',
    policy: { on: 'connect-failure' },
    ends: [['reset', 'no']],
  },
  {
    restates: 'RouterRetryStateImplTest.PolicyConnectFailureResetConnectFailure',
    fact: 'connect-failure retries a connection that did not come about',
    policy: { on: 'connect-failure' },
    ends: [['connect failure', 'yes']],
  },
  {
    restates: 'RouterRetryStateImplTest.PolicyRetriable4xxRetry',
    fact: 'retriable-4xx retries a 409',
    policy: { on: 'retriable-4xx' },
    ends: [[409, 'yes']],
  },
  {
    restates: 'RouterRetryStateImplTest.PolicyRetriable4xxNoRetry',
    fact: 'retriable-4xx does not retry a 400',
    policy: { on: 'retriable-4xx' },
    ends: [[400, 'no']],
  },
  {
    restates: 'RouterRetryStateImplTest.PolicyRetriable4xxReset',
    fact: 'retriable-4xx does not retry an attempt without an answer',
    policy: { on: 'retriable-4xx' },
    ends: [['reset', 'no']],
  },
  {
    restates: 'RouterRetryStateImplTest.RetriableStatusCodes',
    fact: 'retriable-status-codes retries a status that is listed',
    policy: { on: 'retriable-status-codes', statusCodes: [409] },
    ends: [[409, 'yes']],
  },
  {
    restates: 'RouterRetryStateImplTest.RetriableStatusCodesUpstreamReset',
    fact: 'retriable-status-codes does not retry an attempt without an answer',
    policy: { on: 'retriable-status-codes', statusCodes: [409] },
    ends: [['reset', 'no']],
  },
  {
    restates: 'RouterRetryStateImplTest.PolicyResetRemoteReset',
    fact: 'reset retries an attempt without an answer',
    policy: { on: 'reset' },
    ends: once('reset'),
  },
  {
    restates: 'RouterRetryStateImplTest.PolicyLimitedByRequestHeaders',
    fact: 'only what is named is retried: a 500 is no 409',
    policy: { on: 'retriable-4xx' },
    ends: [[500, 'no']],
  },
  {
    restates: 'RouterRetryStateImplTest.RouteConfigNoRetriesAllowed',
    fact: 'with no retries allowed, what would be retried has reached its limit',
    policy: { on: 'connect-failure', numRetries: 0 },
    ends: [['connect failure', 'limit']],
  },
  {
    restates: 'RouterRetryStateImplTest.RouteConfigNoHeaderConfig',
    fact: 'one retry where one is allowed',
    policy: { on: 'connect-failure', numRetries: 1 },
    ends: [['connect failure', 'yes']],
  },
  {
    restates: 'RouterRetryStateImplTest.NoAvailableRetries',
    fact: 'max_retries 0 lets no retry through',
    policy: { on: 'connect-failure' },
    maxRetries: 0,
    ends: [['connect failure', 'overflow']],
  },
  {
    restates: 'RouterRetryStateImplTest.MaxRetriesHeader',
    fact: 'three retries, and no fourth',
    policy: { on: 'connect-failure', numRetries: 3 },
    ends: [
      ...Array.from({ length: 3 }, () => ['connect failure', 'yes'] as const),
      ['connect failure', 'limit'],
    ],
  },
  {
    restates: 'RouterRetryStateImplTest.ZeroMaxRetriesHeader',
    fact: 'a number of 0 allows none',
    policy: { on: 'connect-failure', numRetries: 0 },
    ends: [['connect failure', 'limit']],
  },
  {
    restates: 'RouterRetryStateImplTest.NoPreferredOverLimitExceeded',
    fact: 'a good answer after the last retry is no limit that was reached',
    policy: { on: '5xx', numRetries: 1 },
    ends: [
      [503, 'yes'],
      [200, 'no'],
    ],
  },
  {
    restates: 'RouterRetryStateImplTest.Backoff',
    fact: 'waits of less than 25, 50 and 100 ms where nothing else is said',
    policy: { on: 'connect-failure', numRetries: 3 },
    ends: [...Array.from({ length: 3 }, () => ['connect failure', 'yes'] as const), [200, 'no']],
    backOffBelowMs: [25, 50, 100],
  },
  {
    restates: 'RouterRetryStateImplTest.CustomBackOffInterval',
    fact: 'each wait twice the last, up to the maximum that is given',
    policy: { on: 'connect-failure', numRetries: 10, baseIntervalMs: 100, maxIntervalMs: 1200 },
    maxRetries: 10,
    ends: Array.from({ length: 5 }, () => ['connect failure', 'yes'] as const),
    backOffBelowMs: [100, 200, 400, 800, 1200],
  },
  {
    restates: 'RouterRetryStateImplTest.CustomBackOffIntervalDefaultMax',
    fact: 'the maximum is ten times the base where none is given',
    policy: { on: 'connect-failure', numRetries: 10, baseIntervalMs: 100 },
    maxRetries: 10,
    ends: Array.from({ length: 5 }, () => ['connect failure', 'yes'] as const),
    backOffBelowMs: [100, 200, 400, 800, 1000],
  },
  {
    restates: 'RouterRetryStateImplTest.BudgetAvailableRetries',
    fact: 'a budget takes the place of max_retries',
    policy: { on: '5xx' },
    maxRetries: 0,
    budget: { percent: 20, minConcurrency: 3 },
    ends: [[500, 'yes']],
  },
  {
    restates: 'RouterRetryStateImplTest.BudgetNoAvailableRetries',
    fact: 'a budget of nothing lets no retry through, whatever max_retries says',
    policy: { on: '5xx' },
    maxRetries: 5,
    budget: { percent: 0, minConcurrency: 0 },
    ends: [[500, 'overflow']],
  },
  {
    restates: 'RouterRetryStateImplTest.BudgetVerifyMinimumConcurrency',
    fact: 'three retries at a time are let through however little goes on',
    policy: { on: '5xx', numRetries: 42 },
    maxRetries: 0,
    budget: { percent: 20, minConcurrency: 3 },
    busy: { retries: 2 },
    ends: [[500, 'yes']],
  },
  {
    restates: 'RouterRetryStateImplTest.BudgetVerifyMinimumConcurrency',
    fact: 'a fourth is not, where little goes on',
    policy: { on: '5xx', numRetries: 42 },
    maxRetries: 0,
    budget: { percent: 20, minConcurrency: 3 },
    busy: { retries: 3 },
    ends: [[500, 'overflow']],
  },
  {
    restates: 'RouterRetryStateImplTest.BudgetVerifyMinimumConcurrency',
    fact: 'it is where 20 % of what goes on is four',
    policy: { on: '5xx', numRetries: 42 },
    maxRetries: 0,
    budget: { percent: 20, minConcurrency: 3 },
    busy: { retries: 3, active: 20 },
    ends: [[500, 'yes']],
  },
  {
    restates: 'ResourceManagerImplTest.RetryBudgetIntervalDisabled',
    fact: '20 % of a hundred under way are twenty',
    policy: { on: '5xx', numRetries: 42 },
    budget: { percent: 20, minConcurrency: 5 },
    busy: { retries: 19, active: 100 },
    ends: [[500, 'yes']],
  },
  {
    restates: 'ResourceManagerImplTest.RetryBudgetIntervalDisabled',
    fact: 'twenty are the most of a hundred under way',
    policy: { on: '5xx', numRetries: 42 },
    budget: { percent: 20, minConcurrency: 5 },
    busy: { retries: 20, active: 100 },
    ends: [[500, 'overflow']],
  },
  {
    restates: 'ResourceManagerImplTest.RetryBudgetIntervalDisabled',
    fact: 'what waits counts as under way',
    policy: { on: '5xx', numRetries: 42 },
    budget: { percent: 20, minConcurrency: 5 },
    busy: { retries: 19, active: 50, pending: 50 },
    ends: [[500, 'yes']],
  },
  {
    restates: 'ResourceManagerImplTest.RuntimeResourceManager',
    fact: 'a retry is let through where as many are allowed as are under way and one more',
    policy: { on: '5xx' },
    maxRetries: 1,
    ends: [[500, 'yes']],
  },
  {
    restates: 'ResourceManagerImplTest.RemainingResourceGauges',
    fact: 'none is where as many are under way as are allowed',
    policy: { on: '5xx' },
    maxRetries: 1,
    busy: { retries: 1 },
    ends: [[500, 'overflow']],
  },
  {
    restates: 'RouterTest.UpstreamPerTryTimeout',
    fact: 'an attempt that took too long is a 504',
    policy: { on: '5xx' },
    ends: [[504, 'yes']],
  },
];

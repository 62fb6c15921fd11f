/**
 * What is simulated, as plain data: numbers in place of names, times in ms, everything by its index.
 * `modelOf` makes it of a mesh and of what istiod sends to its proxies; it goes to worker threads as
 * it is, and a sweep may change its limits and times without making it anew.
 */
import type { Law } from '../../apps/contract.ts';
import type { Thresholds } from '../../envoy/thresholds.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { Role } from '../../experiment/roles.ts';
import type { Costs } from './costs.ts';
import type { GradientConfig } from './engine/gradient.ts';

export interface Model {
  /** What it is of. */
  readonly of: { readonly stack: string; readonly digest: string; readonly timeScale: number };
  readonly costs: Costs;
  readonly watch: Watch;
  readonly clients: readonly Client[];
  readonly proxies: readonly Proxy[];
  readonly listeners: readonly Listener[];
  readonly routes: readonly Route[];
  readonly clusters: readonly Cluster[];
  /** Endpoints, which clusters of several proxies share. */
  readonly endpointSets: readonly (readonly Endpoint[])[];
  readonly apps: readonly App[];
  /** What the objects say and the simulation does not do. */
  readonly leftOut: readonly LeftOut[];
}

/** How long it is watched, as an experiment says it. */
export interface Watch {
  /** The time that latencies are counted in; 0 where there is none. */
  readonly serviceTimeMs: number;
  /** Whether requests come in batches; all of any other load are one whole. */
  readonly inBatches: boolean;
  /** 0 goes on until `warmBatches` batches were warm, `maxBatches` at most. */
  readonly batches: number;
  readonly warmBatches: number;
  readonly maxBatches: number;
}

export const NONE = -1;

/** Where a connection leads: to a listener, to an application, or nowhere. */
export interface Door {
  /** NONE for an application without a proxy. */
  readonly listener: number;
  /** NONE for a listener, and for what nobody answers. */
  readonly app: number;
}

export interface Client {
  /** Its pod's id. */
  readonly pod: string;
  /** What it asks for, of which listeners and applications have an entry each. */
  readonly ask: number;
  /** One for a sidecar; several are taken in turn by its connections, as kube-proxy does. */
  readonly doors: readonly Door[];
  /** When it gives up; Infinity for never. */
  readonly timeoutMs: number;
  readonly load: Load;
}

export type Load =
  | {
      readonly mode: 'batch';
      readonly size: number;
      readonly intervalMs: number;
      /** The least time from one request of a batch to the next. */
      readonly gapMs: number;
      readonly startMs: number;
    }
  | {
      readonly mode: 'closed';
      readonly workers: number;
      readonly requests: number;
      readonly durationMs: number;
      /** The least time between two requests of one worker. */
      readonly eachMs: number;
      readonly startMs: number;
    }
  | (OpenLoop & { readonly mode: 'paced'; readonly intervalMs: number })
  | (OpenLoop & { readonly mode: 'poisson'; readonly perSecond: number; readonly seed?: number })
  | (OpenLoop & { readonly mode: 'at'; readonly dueMs: readonly number[] });

export interface OpenLoop {
  readonly requests: number;
  readonly durationMs: number;
  readonly maxInFlight: number;
  readonly startMs: number;
}

export interface Proxy {
  readonly pod: string;
  readonly role: Role;
  readonly workers: number;
}

export interface Listener {
  readonly proxy: number;
  /** The route of each ask; NONE answers 404 NR. */
  readonly routes: readonly number[];
  /** Where it finds a limit of requests under way by itself, as the filter adaptive_concurrency does. */
  readonly adaptive?: GradientConfig;
}

export interface Route {
  /** Their weights make 1; none for a direct answer. NONE is a cluster that is not there: 503 NC. */
  readonly clusters: readonly { readonly cluster: number; readonly weight: number }[];
  /** Answered by the proxy itself; 0 for a route to clusters. */
  readonly directStatus: number;
  /** Infinity for none. */
  readonly timeoutMs: number;
  readonly retry: Retry | null;
  readonly fault: Fault | null;
  /** By what a hashing cluster chooses: what the client is, this number, or what no other request has. */
  readonly hash: 'client' | 'request' | number;
}

export interface Retry {
  readonly attempts: number;
  readonly perTryTimeoutMs: number;
  readonly on5xx: boolean;
  readonly onGatewayError: boolean;
  readonly on4xx: boolean;
  /** Statuses of retriable-status-codes. */
  readonly statuses: readonly number[];
  readonly onConnectFailure: boolean;
  readonly onReset: boolean;
  readonly onResetBeforeRequest: boolean;
  /** Back-off: the n-th is below this times 2^n - 1, and below the most. */
  readonly baseMs: number;
  readonly mostMs: number;
  /** Whether hosts that were tried are avoided, and how often another one is chosen for that. */
  readonly avoidsPrevious: boolean;
  readonly hostAttempts: number;
}

export interface Fault {
  readonly delayMs: number;
  /** Shares, 1 being all. */
  readonly delayShare: number;
  readonly abortStatus: number;
  readonly abortShare: number;
}

export type Balancer = 'least-request' | 'round-robin' | 'random' | 'hash';

export interface Cluster {
  readonly name: string;
  readonly proxy: number;
  readonly limits: Thresholds;
  /** In place of `max_retries`. */
  readonly retryBudget: { readonly share: number; readonly least: number } | null;
  readonly balancer: Balancer;
  /** Index of its endpoints. */
  readonly endpoints: number;
  /** The priority of each endpoint; empty where all have the highest. */
  readonly priorities: readonly number[];
  /** Below this share of available endpoints all are called; 0 for never. */
  readonly panicShare: number;
  /** 0 for no limit. */
  readonly maxRequestsPerConnection: number;
  /** Streams that a connection carries at once: 1 for HTTP/1.1. */
  readonly streams: number;
  /** Infinity for never. */
  readonly idleTimeoutMs: number;
  readonly outlier: Outlier | null;
}

/** Times in ms, shares with 1 being all; 0 switches a count off. */
export interface Outlier {
  readonly consecutive5xx: number;
  readonly enforcing5xx: number;
  readonly consecutiveGateway: number;
  readonly enforcingGateway: number;
  readonly consecutiveLocal: number;
  readonly enforcingLocal: number;
  readonly splitsLocal: boolean;
  /** Statuses that count as errors in place of all from 500 on; empty for these. */
  readonly errorStatuses: readonly number[];
  readonly successRate: SuccessRate | null;
  readonly failurePercentage: FailurePercentage | null;
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  readonly jitterMs: number;
  readonly maxEjectionShare: number;
  readonly alwaysEjectsOne: boolean;
  /** A second change of the endpoints' health waits so long after the first. */
  readonly mergeWindowMs: number;
}

export interface SuccessRate {
  readonly enforcing: number;
  readonly minimumHosts: number;
  readonly requestVolume: number;
  readonly stdevFactor: number;
}

export interface FailurePercentage {
  readonly enforcing: number;
  readonly threshold: number;
  readonly minimumHosts: number;
  readonly requestVolume: number;
}

export interface Endpoint extends Door {
  /** The pod's id; its address where it has none. */
  readonly pod: string;
  /** `ip:port` */
  readonly address: string;
}

export interface App {
  readonly pod: string;
  /** Requests at work at once; Infinity for no limit. */
  readonly concurrency: number;
  /** Whether it keeps connections; else each answer closes its own. */
  readonly keepAlive: boolean;
  /** Connections that may wait until it accepts them; Infinity where that is more than ever come. */
  readonly backlog: number;
  readonly errors: readonly Failure[];
  readonly calls: readonly Call[];
  readonly callErrorStatus: number;
  /** What it does for each ask. */
  readonly works: readonly Work[];
}

export interface Work {
  /** Null answers at once, out of turn. */
  readonly time: Law | null;
  /** One is drawn by weight. */
  readonly statuses: readonly { readonly status: number; readonly weight: number }[];
}

export interface Failure {
  readonly share: number;
  readonly status: number;
  /** In place of the service time; null for that. */
  readonly after: Law | null;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Call {
  readonly ask: number;
  readonly doors: readonly Door[];
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** The smallest model that vectors need: one client, its proxy with one worker, one cluster of hosts. */
import { UNLIMITED } from '../../../../envoy/thresholds.ts';
import { type Costs, FREE } from '../../../../lab/predict/costs.ts';
import {
  type App,
  type Cluster,
  type Load,
  type Model,
  NONE,
  type Retry,
} from '../../../../lab/predict/model.ts';

interface Small {
  readonly costs?: Partial<Costs>;
  readonly load?: Load;
  readonly clientTimeoutMs?: number;
  readonly routeTimeoutMs?: number;
  readonly retry?: Retry | null;
  readonly cluster?: Partial<Cluster>;
  readonly hosts?: number;
  readonly app?: Partial<App>;
}

export const NO_RETRY_OF_ANYTHING: Retry = {
  attempts: 1,
  perTryTimeoutMs: Infinity,
  on5xx: false,
  onGatewayError: false,
  on4xx: false,
  statuses: [],
  onConnectFailure: false,
  onReset: false,
  onResetBeforeRequest: false,
  baseMs: 25,
  mostMs: 250,
  avoidsPrevious: false,
  hostAttempts: 1,
};

export function smallModel({
  costs = {},
  load = {
    mode: 'at',
    dueMs: [0],
    requests: Infinity,
    durationMs: Infinity,
    maxInFlight: 1000,
    startMs: 0,
  },
  clientTimeoutMs = Infinity,
  routeTimeoutMs = Infinity,
  retry = null,
  cluster = {},
  hosts = 1,
  app = {},
}: Small): Model {
  return {
    of: { stack: 'vector', digest: '', timeScale: 1 },
    costs: { ...FREE, ...costs },
    watch: { serviceTimeMs: 0, inBatches: false, batches: 0, warmBatches: 1, maxBatches: 1 },
    clients: [
      {
        pod: 'client',
        ask: 0,
        doors: [{ listener: 0, app: NONE }],
        timeoutMs: clientTimeoutMs,
        load,
      },
    ],
    proxies: [{ pod: 'client', role: 'client', workers: 1 }],
    listeners: [{ proxy: 0, routes: [0] }],
    routes: [
      {
        clusters: [{ cluster: 0, weight: 1 }],
        directStatus: 0,
        timeoutMs: routeTimeoutMs,
        retry,
        fault: null,
        hash: 'request',
      },
    ],
    clusters: [
      {
        name: 'outbound|80||server',
        proxy: 0,
        limits: {
          max_connections: UNLIMITED,
          max_pending_requests: UNLIMITED,
          max_requests: UNLIMITED,
          max_retries: UNLIMITED,
        },
        retryBudget: null,
        balancer: 'round-robin',
        endpoints: 0,
        priorities: [],
        panicShare: 0,
        maxRequestsPerConnection: 0,
        streams: 1,
        idleTimeoutMs: Infinity,
        outlier: null,
        ...cluster,
      },
    ],
    endpointSets: [
      Array.from({ length: hosts }, (_, host) => ({
        pod: `server-${host}`,
        address: `10.0.0.${host}:80`,
        listener: NONE,
        app: host,
      })),
    ],
    apps: Array.from({ length: hosts }, (_, host) => ({
      pod: `server-${host}`,
      concurrency: Infinity,
      keepAlive: true,
      backlog: Infinity,
      errors: [],
      calls: [],
      callErrorStatus: 500,
      works: [{ time: { kind: 'fixed', ms: 100 }, statuses: [{ status: 200, weight: 1 }] }],
      ...app,
    })),
    leftOut: [],
  };
}

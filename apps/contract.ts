/**
 * What the apps and those who run, deploy or read them agree on: the names of their variables, the
 * defaults, the ways to send, the events of their logs. What of apps/ others may import; it imports
 * nothing from outside apps/.
 */
export { parseDuration } from './common/duration.ts';
export {
  formatRate,
  parseRate,
  parseSendAt,
  parseSteps,
  RATE_HINT,
  SEND_AT_HINT,
  STEPS_HINT,
} from './common/schedule.ts';
export { seededRandom } from './common/random.ts';
export { LAW_HINT, medianOf, parseLaw, scaleLaw, type Law } from './common/law.ts';

/** The server's variables (apps/server/main.ts says what each means). */
export const SERVER = {
  port: 'PORT',
  host: 'HOST',
  delay: 'DELAY',
  delayMin: 'DELAY_MIN',
  delayMax: 'DELAY_MAX',
  seed: 'SEED',
  status: 'STATUS',
  name: 'NAME',
  version: 'VERSION',
  keepAlive: 'KEEP_ALIVE',
  behaviour: 'BEHAVIOUR',
  paths: 'PATHS',
  timeScale: 'TIME_SCALE',
  backlog: 'BACKLOG',
  reusePort: 'REUSE_PORT',
  log: 'LOG',
  live: 'LIVE',
  exitWithParent: 'EXIT_WITH_PARENT',
} as const;

export const SERVER_DEFAULTS = { port: 5000, delay: '5s', backlog: 511 } as const;

/** What BEHAVIOUR holds, as JSON (experiment/behaviour.ts says what each field means). */
export interface ServerBehaviour {
  /** A law (apps/common/law.ts). */
  readonly serviceTime?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly errors?: readonly ServerFailure[] | undefined;
  readonly keepAlive?: boolean | undefined;
  readonly calls?: readonly ServerCall[] | undefined;
  readonly callErrorStatus?: number | undefined;
  readonly responseBytes?: number | undefined;
}

export interface ServerFailure {
  readonly share?: number | undefined;
  readonly status?: number | undefined;
  /** A law. */
  readonly after?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface ServerCall {
  readonly url: string;
  /** In place of the URL's own. */
  readonly host?: string | undefined;
  readonly requestBytes?: number | undefined;
  readonly attempts?: number | undefined;
  readonly timeout?: string | undefined;
}

/** The client's variables (apps/client/main.ts says what each means). */
export const CLIENT = {
  mode: 'MODE',
  url: 'URL',
  batchSize: 'BATCH_SIZE',
  batches: 'BATCHES',
  batchSpread: 'BATCH_SPREAD',
  interval: 'INTERVAL',
  workers: 'WORKERS',
  threads: 'THREADS',
  requests: 'REQUESTS',
  duration: 'DURATION',
  rate: 'RATE',
  seed: 'SEED',
  steps: 'STEPS',
  sendAt: 'SEND_AT',
  maxInFlight: 'MAX_IN_FLIGHT',
  timeout: 'TIMEOUT',
  headers: 'HEADERS',
  initialDelay: 'INITIAL_DELAY',
  startAt: 'START_AT',
  grace: 'GRACE',
  clientName: 'CLIENT_NAME',
  logFormat: 'LOG_FORMAT',
  healthPort: 'HEALTH_PORT',
  exitWithParent: 'EXIT_WITH_PARENT',
} as const;

export const CLIENT_DEFAULTS = {
  url: 'http://pyserver/index',
  batchSize: 10,
  batchSpread: '0s',
  workers: 50,
  threads: 1,
  requests: 200,
  rate: '10/s',
  maxInFlight: 1000,
  timeout: '60s',
  initialDelay: '0s',
  grace: '10s',
} as const;

/** The variables that hold a time of the experiment: all of them shrink together. */
export const TIMES: ReadonlySet<string> = new Set([
  ...[SERVER.delay, SERVER.delayMin, SERVER.delayMax],
  ...[CLIENT.interval, CLIENT.timeout, CLIENT.initialDelay, CLIENT.duration],
]);

/** A way to send. */
export interface LoadTraits {
  /** Whether all requests of a batch are due at once, in batch after batch; else all are one whole. */
  readonly inBatches: boolean;
  /** Whether a worker sends its next request when the one before was answered, or refused. */
  readonly closedLoop: boolean;
  /** From one batch or request to the next, where there is such a time. */
  readonly interval?: string;
}

/** The modes of a client, the default first; apps/client/loads.ts has what each does. */
export const LOADS = {
  batch: { inBatches: true, closedLoop: false, interval: '20s' },
  closed: { inBatches: false, closedLoop: true },
  paced: { inBatches: false, closedLoop: false, interval: '100ms' },
  poisson: { inBatches: false, closedLoop: false },
  steps: { inBatches: false, closedLoop: false },
  replay: { inBatches: false, closedLoop: false },
} as const satisfies Readonly<Record<string, LoadTraits>>;

export type LoadMode = keyof typeof LOADS;

export const LOAD_MODES = Object.keys(LOADS) as [LoadMode, ...LoadMode[]];

/** What is known of the way that a client's `MODE` names, the default where unset; undefined for no such way. */
export function loadTraits(mode: string = LOAD_MODES[0]): LoadTraits | undefined {
  return new Map<string, LoadTraits>(Object.entries(LOADS)).get(mode);
}

/** What the client logs as JSON, one object a line (apps/client/main.ts). Times are epoch ms. */
export type ClientEvent =
  | { readonly event: 'ready'; readonly client: string }
  | {
      readonly event: 'batch';
      readonly client: string;
      readonly batch: number;
      /** Null for one without an end. */
      readonly size: number | null;
      readonly dueAt?: number | undefined;
      /** From one request's due time to the next one's; 0 where unset. */
      readonly gapMs?: number | undefined;
      readonly startedAt: number;
    }
  | {
      readonly event: 'sent';
      readonly id: string;
      readonly client: string;
      readonly batch: number;
      readonly sentAt: number;
    }
  | ClientResponse
  | { readonly event: 'lag'; readonly client: string; readonly at: number; readonly lagMs: number }
  | { readonly event: 'done'; readonly client: string };

export interface ClientResponse {
  readonly event: 'response';
  /** The x-request-id. */
  readonly id: string;
  readonly client: string;
  readonly batch: number;
  /** Its place in the batch, from 0. */
  readonly index?: number | undefined;
  /** 0 where no answer came in full. */
  readonly status: number;
  readonly error?: string | undefined;
  /** The client's end of the connection, `ip:port`; absent where that never stood. */
  readonly from?: string | undefined;
  readonly sentAt: number;
  readonly endedAt: number;
}

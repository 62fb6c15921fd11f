/**
 * What a run's state is made of: requests at their places, the pools that they wait in, the connections
 * that carry them, the endpoints that those lead to. Objects are used again and not thrown away, for V8
 * reads and writes their fields in half the time of typed arrays' entries; `life` tells whether one is
 * what it was still.
 */
import { type App, NONE, type Work } from '../model.ts';
import type { ClusterState } from './clusters.ts';
import { type ListenerState, NO_LISTENER } from './listeners.ts';
import type { RouteState } from './routes.ts';
import { NO_WORKER, type Worker } from './workers.ts';

/**
 * What a visit is waiting for: in a proxy the end of a fault's delay, a place in its pool's queue, an answer
 * of the next one, or the next attempt; in an application its turn, what that calls, or the end of its work.
 */
type VisitState =
  | 'ended'
  | 'arriving'
  | 'delayed'
  | 'pending'
  | 'upstream'
  | 'backingOff'
  | 'queued'
  | 'calling'
  | 'working';

/** Why an answer is none of the application's good ones. */
export const CAUSE = {
  none: 0,
  application: 1,
  overflow: 2,
  noHealthyUpstream: 3,
  noRoute: 4,
  timeout: 5,
  connectionFailure: 6,
  fault: 7,
} as const;

/** An endpoint of a cluster that was called. */
export class Host {
  readonly id: number;
  cluster!: ClusterState;
  /** In its cluster. */
  index = 0;
  /** Among the endpoints of all clusters. */
  place = 0;
  /** In front of it. */
  listener: ListenerState | null = null;
  /** The application that it is, where no listener is in front of it. */
  app: AppState | null = null;
  /** By worker of the proxy. */
  readonly pools: (Pool | undefined)[] = [];
  /** Requests that have a connection: what least request compares. */
  active = 0;
  cxActive = 0;
  cxTotal = 0;
  rqTotal = 0;
  rqError = 0;
  // Of outlier detection
  isEjected = false;
  consecutive5xx = 0;
  consecutiveGateway = 0;
  consecutiveLocal = 0;
  successes = 0;
  requests = 0;
  localSuccesses = 0;
  localRequests = 0;
  backOff = 0;
  ejectedMs = 0;
  returnedMs = -Infinity;
  jitterMs = 0;

  constructor(id: number) {
    this.id = id;
  }

  get isReachable(): boolean {
    return this.listener !== null || this.app !== null;
  }
}

/** The connections of a worker to an endpoint, and who waits for one. */
export class Pool {
  readonly id: number;
  host!: Host;
  cluster!: ClusterState;
  worker!: Worker;
  /** The latest of its ready connections. */
  ready: Connection | null = null;
  connecting = 0;
  /** Connecting, ready, busy and draining. */
  connections = 0;
  /** Of those that wait. */
  first: Visit | null = null;
  last: Visit | null = null;
  waiting = 0;
  /** Whether it will look at its queue in the worker's next turn. */
  isScheduled = false;
  /** Connections so far. */
  opened = 0;

  constructor(id: number) {
    this.id = id;
  }
}

type ConnectionState = 'closed' | 'connecting' | 'ready' | 'busy' | 'draining';

export class Connection {
  readonly id: number;
  state: ConnectionState = 'closed';
  life = 0;
  pool!: Pool;
  /** Requests that it may carry yet; NONE for any number. */
  left: number = NONE;
  streams = 0;
  /** Among the ready ones. */
  next: Connection | null = null;
  previous: Connection | null = null;
  /** At its other end; drawn when it is made. */
  remoteWorker: Worker = NO_WORKER;
  /** The last batch that used it. */
  batch: number = NONE;
  /** Counts how often it became idle. */
  idles = 0;
  /** How often it was dropped where it wanted to go. */
  drops = 0;

  constructor(id: number) {
    this.id = id;
  }
}

/**
 * One request at one place: in a proxy, or in an application. A request of a client is a visit in its
 * sidecar, which makes one in the server's sidecar, which makes one in the application; each waits for
 * the one that it made.
 */
export class Visit {
  readonly id: number;
  state: VisitState = 'ended';
  life = 0;
  /** Tells its present attempt from those before. */
  attempt = 0;
  /** The client's request that it is for, and what that is known by to the draws. */
  request = 0;
  who = 0;
  ask = 0;
  /** Which visit of its request it is, to the draws. */
  stamp = 0;
  /** The visit that waits for it; null for the client itself. */
  caller: Visit | null = null;
  callerAttempt = 0;
  /** Whether it is for a call of an application, in place of the client's own request. */
  isCall = false;
  /** In a proxy, where it came in. */
  listener = NO_LISTENER;
  /** Null in a proxy. */
  app: AppState | null = null;
  worker: Worker = NO_WORKER;
  route: RouteState | null = null;
  cluster: ClusterState | null = null;
  host!: Host;
  pool: Pool | null = null;
  connection: Connection | null = null;
  /** The visit that it made and waits for. */
  callee: Visit | null = null;
  /** Attempts so far, or calls so far of an application. */
  tries = 0;
  retriesLeft = 0;
  /** Whether it counts against the cluster's retries. */
  holdsRetry = false;
  /** When a listener that finds its limit by itself let it in; below 0 for any other. */
  admittedMs = -1;
  /** In its pool's queue, or its application's. */
  next: Visit | null = null;
  previous: Visit | null = null;
  /** The answer that is on its way to it, and whether the connection ends with it. */
  status = 0;
  cause: number = CAUSE.none;
  causeCluster: number = NONE;
  closes = false;
  /** Hosts of its attempts so far. */
  readonly tried: number[] = [];

  constructor(id: number) {
    this.id = id;
  }

  /** For the draws of its present attempt. */
  get draw(): number {
    return (this.stamp + Math.imul(this.tries, 1013)) << 4;
  }
}

/** What an application does for an ask. */
export class WorkState {
  readonly is: Work;
  /** Whether it answers out of turn, at once. */
  readonly isIdle: boolean;
  /** The time that it always takes, and its lane; NONE where it is drawn. */
  readonly fixedMs: number;
  readonly lane: number;
  /** The only status; NONE where one is drawn. */
  readonly status: number;

  constructor(work: Work, laneOf: (ms: number) => number) {
    const { time, statuses } = work;
    this.is = work;
    this.isIdle = time === null;
    this.fixedMs = time === null ? 0 : time.kind === 'fixed' ? time.ms : NONE;
    this.lane = time?.kind === 'fixed' ? laneOf(time.ms) : NONE;
    this.status = statuses.length > 1 ? NONE : (statuses[0]?.status ?? 200);
  }
}

/** An application. */
export class AppState {
  readonly index: number;
  readonly is: App;
  readonly isLimited: boolean;
  readonly concurrency: number;
  readonly closes: boolean;
  /** Whether some answers are errors, or take calls. */
  readonly isPlain: boolean;
  /** By ask. */
  readonly works: readonly WorkState[];
  /** Requests at work, and those that wait for their turn. */
  working = 0;
  first: Visit | null = null;
  last: Visit | null = null;
  /** When it was first asked, from which the times of its errors count; below 0 for not yet. */
  sinceMs = -0.5;
  /** Until when it is busy with what came before. */
  freeMs = 0.5;
  /** Until when it accepts no connection, how many came until then, and how often that was so. */
  acceptsMs = 0.5;
  unaccepted = 0;
  accepts = 0;

  constructor(index: number, app: App, laneOf: (ms: number) => number) {
    this.index = index;
    this.is = app;
    this.isLimited = app.concurrency < Infinity;
    this.concurrency = Math.min(app.concurrency, 2 ** 30);
    this.closes = !app.keepAlive;
    this.isPlain = app.errors.length === 0 && app.calls.length === 0;
    this.works = app.works.map((work) => new WorkState(work, laneOf));
  }

  reset(): void {
    this.working = 0;
    this.first = null;
    this.last = null;
    this.sinceMs = -1;
    this.freeMs = 0;
    this.acceptsMs = 0;
    this.unaccepted = 0;
    this.accepts = 0;
  }
}

/** In a caller's place: nobody waits any more. */
export const GONE = new Visit(NONE);
// No attempt has this number.
GONE.attempt = NONE;

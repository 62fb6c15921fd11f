/**
 * A visit is one request at one place: in a proxy, or in an application. A request of a client is a
 * visit in its sidecar, which makes one in the server's sidecar, which makes one in the application;
 * each waits for the one that it made. Rows of ended visits are used again: `life` tells whether a row
 * is the same visit still, `attempt` whether it is at the same attempt.
 */
import { NONE } from '../model.ts';
import { ints, Slots } from './rows.ts';

/** What a visit is waiting for. */
export const STATE = {
  ended: 0,
  arriving: 1,
  /** The end of a fault's delay. */
  delayed: 2,
  /** A place in its pool's queue. */
  pending: 3,
  /** An answer of the next one. */
  upstream: 4,
  /** The next attempt. */
  backingOff: 5,
  /** Its turn in an application, what that calls, the end of its work. */
  queued: 6,
  calling: 7,
  working: 8,
} as const;

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

/** Hosts that a visit remembers to have tried. */
const TRIED = 8;

export class Visits {
  readonly slots = new Slots(this);
  state = ints();
  life = ints();
  attempt = ints();
  /** The client's request that it is for, and what that is known by to the draws. */
  request = ints();
  who = ints();
  ask = ints();
  /** Which visit of its request it is, to the draws. */
  stamp = ints();
  /** The visit that waits for it; NONE for the client itself. */
  caller = ints();
  callerAttempt = ints();
  /** Whether it is for a call of an application, in place of the client's own request. */
  isCall = ints();
  /** NONE in an application. */
  listener = ints();
  /** NONE in a proxy. */
  app = ints();
  worker = ints();
  route = ints();
  cluster = ints();
  host = ints();
  pool = ints();
  connection = ints();
  /** The visit that it made and waits for. */
  callee = ints();
  /** Attempts so far, or calls so far of an application. */
  tries = ints();
  retriesLeft = ints();
  /** Whether it counts against the cluster's retries. */
  holdsRetry = ints();
  /** When a listener that finds its limit by itself let it in, in ms; below 0 for any other. */
  admittedMs = new Float64Array(64);
  /** In its pool's queue, or its application's. */
  next = ints();
  previous = ints();
  /** The answer that is on its way to it, and whether the connection ends with it. */
  status = ints();
  cause = ints();
  causeCluster = ints();
  closes = ints();
  #tried = new Int32Array(0);
  #lives = 0;

  clear(): void {
    this.slots.clear();
    this.#lives = 0;
  }

  open(request: number, who: number, ask: number, caller: number, callerAttempt: number): number {
    const visit = this.slots.take();
    this.state[visit] = STATE.arriving;
    this.life[visit] = this.nextNumber();
    this.request[visit] = request;
    this.who[visit] = who;
    this.ask[visit] = ask;
    this.stamp[visit] =
      caller === NONE
        ? 0
        : Math.imul((this.stamp[caller] as number) + 1, 37) + (this.tries[caller] as number);
    this.isCall[visit] =
      caller === NONE ? 0 : (this.isCall[caller] as number) | (this.app[caller] === NONE ? 0 : 1);
    this.listener[visit] = NONE;
    this.app[visit] = NONE;
    this.caller[visit] = caller;
    this.callerAttempt[visit] = callerAttempt;
    this.cluster[visit] = NONE;
    this.connection[visit] = NONE;
    this.callee[visit] = NONE;
    this.tries[visit] = 0;
    this.holdsRetry[visit] = 0;
    this.admittedMs[visit] = -1;
    this.attempt[visit] = 0;
    this.closes[visit] = 0;
    return visit;
  }

  end(visit: number): void {
    this.state[visit] = STATE.ended;
    this.life[visit] = 0;
    this.attempt[visit] = 0;
    this.slots.giveBack(visit);
  }

  /** One that no visit and no attempt has had. */
  nextNumber(): number {
    this.#lives += 1;
    return this.#lives;
  }

  /** For the draws of a visit's present attempt. */
  drawOf(visit: number): number {
    return ((this.stamp[visit] as number) + Math.imul(this.tries[visit] as number, 1013)) << 4;
  }

  remember(visit: number, host: number): void {
    const place = visit * TRIED + ((this.tries[visit] as number) - 1);
    if ((this.tries[visit] as number) > TRIED) return;
    if (place >= this.#tried.length) {
      const larger = new Int32Array(Math.max(1024, 2 * place));
      larger.set(this.#tried);
      this.#tried = larger;
    }
    this.#tried[place] = host;
  }

  /** Whether an earlier attempt went to this host. */
  hasTried(visit: number, host: number): boolean {
    const tries = Math.min(TRIED, (this.tries[visit] as number) - 1);
    for (let index = 0; index < tries; index += 1) {
      if (this.#tried[visit * TRIED + index] === host) return true;
    }
    return false;
  }
}

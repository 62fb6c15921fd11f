/** The way back: an answer goes to the visit that waits for it, or to the client. */
import { NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import { MESSAGE } from './inboxes.ts';
import type { Turns } from './turns.ts';
import { CAUSE, type Visits } from './visits.ts';

/** Nobody waits any more. */
export const GONE = -2;

export interface ClientSide {
  /** A client's request has its answer. @param atMs when the client has it */
  answered(
    request: number,
    status: number,
    cause: number,
    causeCluster: number,
    atMs: number,
  ): void;
}

export class Answers {
  hopLane = NONE;
  hopMs = 0;
  #clients!: ClientSide;
  readonly #clock: Clock;
  readonly #visits: Visits;

  readonly #turns: Turns;

  constructor(clock: Clock, visits: Visits, turns: Turns) {
    this.#clock = clock;
    this.#visits = visits;
    this.#turns = turns;
  }

  serve(clients: ClientSide): void {
    this.#clients = clients;
  }

  /** Ends the visit with its answer. @param closes whether its connection ends as well */
  give(visit: number, status: number, cause: number, causeCluster: number, closes: number): void {
    const visits = this.#visits;
    const caller = visits.caller[visit] as number;
    const attempt = visits.callerAttempt[visit] as number;
    const request = visits.request[visit] as number;
    visits.end(visit);
    if (caller === NONE) {
      const atMs = this.#clock.now + this.hopMs;
      this.#clients.answered(request, status, cause, causeCluster, atMs);
    } else if (caller !== GONE && visits.attempt[caller] === attempt) {
      visits.status[caller] = status;
      visits.cause[caller] = cause;
      visits.causeCluster[caller] = causeCluster;
      visits.closes[caller] = closes;
      visits.callee[caller] = NONE;
      this.#toCaller(caller, attempt);
    }
  }

  #toCaller(caller: number, attempt: number): void {
    const visits = this.#visits;
    if (visits.app[caller] === NONE) {
      const atMs = this.#clock.now + this.hopMs;
      const worker = visits.worker[caller] as number;
      this.#turns.post(worker, atMs, MESSAGE.response, caller, attempt);
    } else {
      this.#clock.after(this.hopLane, this.hopMs, EVENT.response, caller, attempt);
    }
  }

  /** Nobody is there to ask: the caller comes to know it. */
  refuse(visit: number): void {
    this.give(visit, 0, CAUSE.connectionFailure, NONE, 1);
  }

  /** Whoever waited for what the visit called waits no more; the called one comes to know it. */
  forget(visit: number): void {
    const visits = this.#visits;
    const callee = visits.callee[visit] as number;
    if (callee === NONE) return;
    visits.callee[visit] = NONE;
    const life = visits.life[callee] as number;
    this.#clock.after(this.hopLane, this.hopMs, EVENT.reset, callee, life);
  }
}

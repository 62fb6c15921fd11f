/** The way back: an answer goes to the visit that waits for it, or to the client. */
import { NONE } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import { CAUSE, type Visit } from './state.ts';
import type { Turns } from './turns.ts';
import type { Visits } from './visits.ts';

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
  give(visit: Visit, status: number, cause: number, causeCluster: number, closes: boolean): void {
    const { caller, callerAttempt: attempt, request } = visit;
    this.#visits.end(visit);
    if (caller === null) {
      const atMs = this.#clock.now + this.hopMs;
      this.#clients.answered(request, status, cause, causeCluster, atMs);
    } else if (caller.attempt === attempt) {
      caller.status = status;
      caller.cause = cause;
      caller.causeCluster = causeCluster;
      caller.closes = closes;
      caller.callee = null;
      this.#toCaller(caller, attempt);
    }
  }

  #toCaller(caller: Visit, attempt: number): void {
    if (caller.app === null) {
      const atMs = this.#clock.now + this.hopMs;
      const worker = caller.worker;
      this.#turns.post(worker, atMs, 'response', caller.id, attempt);
    } else {
      this.#clock.after(this.hopLane, this.hopMs, EVENT.response, caller.id, attempt);
    }
  }

  /** Nobody is there to ask: the caller comes to know it. */
  refuse(visit: Visit): void {
    this.give(visit, 0, CAUSE.connectionFailure, NONE, true);
  }

  /** Whoever waited for what the visit called waits no more; the called one comes to know it. */
  forget(visit: Visit): void {
    const callee = visit.callee;
    if (callee === null) return;
    visit.callee = null;
    const life = callee.life;
    this.#clock.after(this.hopLane, this.hopMs, EVENT.reset, callee.id, life);
  }
}

/** What applications call: each call on a connection that was kept, or on a new one. */
import { type Call, type Door, NONE } from '../model.ts';
import type { Answers } from './answers.ts';
import { type Clock, EVENT } from './clock.ts';
import type { ListenerState } from './listeners.ts';
import { type Draws, PURPOSE } from './random.ts';
import { type Visit } from './state.ts';
import type { Visits } from './visits.ts';
import { NO_WORKER, type Worker } from './workers.ts';

/** Lets a request in at a door. */
export interface Doorway {
  enter(visit: Visit, door: Door, worker: Worker, atMs: number): void;
}

const NOWHERE: Door = { listener: NONE, app: NONE };

interface Connection {
  readonly door: Door;
  readonly worker: Worker;
}

interface Kept {
  /** Those that carry nothing, the last used on top. */
  readonly idle: Connection[];
  made: number;
}

interface At {
  call: number;
  attempts: number;
  connection: Connection | undefined;
}

export class Calls {
  #doorway!: Doorway;
  readonly #clock: Clock;
  readonly #draws: Draws;
  readonly #visits: Visits;
  readonly #answers: Answers;
  /** By application and call. */
  #kept = new Map<number, Kept>();
  #listeners: readonly ListenerState[] = [];
  /** Of each visit that calls: which of the calls, and how often it was tried. */
  #at = new Map<Visit, At>();

  constructor(clock: Clock, draws: Draws, visits: Visits, answers: Answers) {
    this.#clock = clock;
    this.#draws = draws;
    this.#visits = visits;
    this.#answers = answers;
  }

  serve(doorway: Doorway): void {
    this.#doorway = doorway;
  }

  configure(listeners: readonly ListenerState[]): void {
    this.#listeners = listeners;
  }

  reset(): void {
    this.#kept.clear();
    this.#at.clear();
  }

  begin(visit: Visit): void {
    this.#at.set(visit, { call: -1, attempts: 0, connection: undefined });
  }

  /** Makes the next call. @returns false where there is none */
  next(visit: Visit, calls: readonly Call[], atMs: number): boolean {
    const at = this.#at.get(visit);
    if (at === undefined) return false;
    this.#keep(visit, at);
    at.call += 1;
    at.attempts = 0;
    const call = calls[at.call];
    if (call === undefined) {
      this.#at.delete(visit);
      return false;
    }
    this.#make(visit, at, call, atMs);
    return true;
  }

  /** Makes the same call once more. @returns false where it was tried often enough */
  again(visit: Visit, calls: readonly Call[], atMs: number): boolean {
    const at = this.#at.get(visit);
    const call = calls[at?.call ?? -1];
    if (at === undefined || call === undefined || at.attempts >= call.attempts) return false;
    this.#keep(visit, at);
    this.#make(visit, at, call, atMs);
    return true;
  }

  #make(visit: Visit, at: At, { ask, doors, timeoutMs }: Call, atMs: number): void {
    const visits = this.#visits;
    at.attempts += 1;
    visit.tries += 1;
    const attempt = visits.nextNumber();
    visit.attempt = attempt;
    visit.state = 'calling';
    const kept = this.#keptOf(visit, at.call);
    const connection = kept.idle.pop() ?? this.#connect(visit, kept, doors);
    at.connection = connection;
    const request = visit.request;
    const callee = visits.open(request, visit.who, ask, visit, attempt);
    visit.callee = callee;
    this.#doorway.enter(callee, connection.door, connection.worker, atMs + this.#answers.hopMs);
    if (timeoutMs < Infinity) {
      this.#clock.at(NONE, atMs + timeoutMs, EVENT.callTimeout, visit.id, attempt);
    }
  }

  /** In turn to the doors, as kube-proxy does. */
  #connect(visit: Visit, kept: Kept, doors: readonly Door[]): Connection {
    const door = doors[kept.made % Math.max(1, doors.length)] ?? NOWHERE;
    kept.made += 1;
    const { listener } = door;
    if (listener === NONE) return { door, worker: NO_WORKER };
    const { workers } = this.#listeners[listener] as ListenerState;
    const draw = (kept.made << 4) | PURPOSE.worker;
    const own = this.#draws.index(workers.length, -1 - (visit.app?.index ?? NONE), draw);
    return { door, worker: workers[own] as Worker };
  }

  #keptOf(visit: Visit, call: number): Kept {
    const key = (visit.app?.index ?? NONE) * 256 + call;
    let kept = this.#kept.get(key);
    if (kept === undefined) this.#kept.set(key, (kept = { idle: [], made: 0 }));
    return kept;
  }

  /** The connection of a call that was answered waits for the next one. */
  #keep(visit: Visit, at: At): void {
    if (at.connection === undefined || visit.status === 0) return;
    this.#keptOf(visit, at.call).idle.push(at.connection);
    at.connection = undefined;
  }
}

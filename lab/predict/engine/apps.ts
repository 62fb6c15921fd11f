/** What the applications do: their turns, their calls, their time, their errors. */
import type { Law } from '../../../apps/contract.ts';
import { type Failure, type Model, NONE, type Work } from '../model.ts';
import type { Answers } from './answers.ts';
import { type Clock, EVENT } from './clock.ts';
import type { Calls } from './calls.ts';
import { NO_LISTENER } from './listeners.ts';
import { dequeue, enqueue } from './queue.ts';
import { type Draws, PURPOSE } from './random.ts';
import { AppState, CAUSE, GONE, type Visit, type WorkState } from './state.ts';
import type { Visits } from './visits.ts';

export class Apps {
  appMs = 0;
  readonly #clock: Clock;
  readonly #draws: Draws;
  readonly #visits: Visits;
  readonly #answers: Answers;
  readonly #calls: Calls;
  /** By their index in the model. */
  all: readonly AppState[] = [];

  constructor(clock: Clock, draws: Draws, visits: Visits, answers: Answers, calls: Calls) {
    this.#clock = clock;
    this.#draws = draws;
    this.#visits = visits;
    this.#answers = answers;
    this.#calls = calls;
  }

  configure({ apps }: Model): void {
    const lanes = new Map<number, number>();
    const laneOf = (ms: number): number => {
      const lane = lanes.get(ms) ?? this.#clock.ownLane(ms);
      lanes.set(ms, lane);
      return lane;
    };
    this.all = apps.map((app, index) => new AppState(index, app, laneOf));
  }

  reset(): void {
    for (const app of this.all) app.reset();
  }

  at(index: number): AppState {
    return this.all[index] as AppState;
  }

  /** A request is on its way to it. @param atMs when it is there */
  arrive(visit: Visit, app: AppState, atMs: number): void {
    visit.listener = NO_LISTENER;
    visit.app = app;
    const readMs = Math.max(atMs, app.freeMs) + this.appMs;
    app.freeMs = readMs;
    if (!isLimited(visit, app)) {
      this.#begin(visit, app, readMs);
    } else if (app.working < app.concurrency) {
      app.working += 1;
      this.#begin(visit, app, readMs);
    } else {
      visit.state = 'queued';
      enqueue(app, visit);
    }
  }

  /** Its work is done. */
  served(visit: Visit): void {
    const cause = visit.status >= 500 ? CAUSE.application : CAUSE.none;
    this.#end(visit, visit.status, cause, NONE);
  }

  /** What it called has answered, or did not in time. @param status 0 for no answer */
  callAnswered(visit: Visit, status: number): void {
    const { app } = visit;
    if (app === null) return;
    const { calls, callErrorStatus } = app.is;
    const isGood = status > 0 && status < 400;
    if (!isGood && this.#calls.again(visit, calls, this.#clock.now)) return;
    if (!isGood && callErrorStatus !== 200) {
      const { cause } = visit;
      const known = cause === CAUSE.none ? CAUSE.application : cause;
      const blamed = callErrorStatus >= 500 ? known : CAUSE.none;
      this.#end(visit, callErrorStatus, blamed, visit.causeCluster);
      return;
    }
    if (!this.#calls.next(visit, calls, this.#clock.now)) {
      this.#takeTime(visit, app, this.#clock.now);
    }
  }

  callTimedOut(visit: Visit): void {
    this.#answers.forget(visit);
    visit.attempt = this.#visits.nextNumber();
    visit.cause = CAUSE.timeout;
    visit.causeCluster = NONE;
    this.callAnswered(visit, 0);
  }

  /** Nobody waits for its answer: what was begun under a limit goes on all the same. */
  abandoned(visit: Visit): void {
    const { app, state } = visit;
    if (app === null) return;
    if (state === 'queued') dequeue(app, visit);
    else if (state === 'working' && isLimited(visit, app)) {
      visit.caller = GONE;
      return;
    } else {
      this.#answers.forget(visit);
      this.#release(visit, app);
    }
    this.#visits.end(visit);
  }

  /** @param atMs when it has its turn */
  #begin(visit: Visit, app: AppState, atMs: number): void {
    if (app.sinceMs < 0) app.sinceMs = atMs;
    const work = workOf(visit, app);
    if (!app.isPlain && !work.isIdle) {
      const { errors, calls } = app.is;
      const failure = this.#failureOf(visit, errors, atMs - app.sinceMs);
      if (failure !== undefined) {
        const law = failure.after ?? work.is.time;
        visit.status = failure.status;
        this.#work(visit, law === null ? 0 : this.#draw(visit, law), NONE, atMs);
        return;
      }
      if (calls.length > 0) {
        visit.state = 'calling';
        visit.tries = 0;
        this.#calls.begin(visit);
        if (this.#calls.next(visit, calls, atMs)) return;
      }
    }
    this.#takeTime(visit, app, atMs);
  }

  #takeTime(visit: Visit, app: AppState, atMs: number): void {
    const work = workOf(visit, app);
    const { status, fixedMs, lane, is } = work;
    visit.status = status === NONE ? this.#status(visit, is) : status;
    const ms = fixedMs === NONE && is.time !== null ? this.#draw(visit, is.time) : fixedMs;
    this.#work(visit, ms, lane, atMs);
  }

  #status(visit: Visit, { statuses }: Work): number {
    let status = 200;
    let left = this.#share(visit, PURPOSE.status);
    for (const one of statuses) {
      status = one.status;
      if ((left -= one.weight) < 0) break;
    }
    return status;
  }

  #work(visit: Visit, ms: number, lane: number, atMs: number): void {
    visit.state = 'working';
    this.#clock.at(lane, atMs + ms, EVENT.served, visit.id, visit.life);
  }

  #failureOf(visit: Visit, errors: readonly Failure[], sinceMs: number): Failure | undefined {
    return errors.find(
      ({ share, fromMs, toMs }, index) =>
        sinceMs >= fromMs &&
        sinceMs < toMs &&
        this.#share(visit, PURPOSE.failure + (index << 24)) < share,
    );
  }

  #end(visit: Visit, status: number, cause: number, causeCluster: number): void {
    const { app } = visit;
    if (app === null) return;
    this.#release(visit, app);
    this.#answers.give(visit, status, cause, causeCluster, app.closes);
  }

  /** The next that waits has its turn. */
  #release(visit: Visit, app: AppState): void {
    if (!isLimited(visit, app)) return;
    const { first } = app;
    if (first === null) {
      app.working -= 1;
    } else {
      dequeue(app, first);
      this.#begin(first, app, this.#clock.now);
    }
  }

  #share(visit: Visit, purpose: number): number {
    return this.#draws.share(visit.who, visit.draw + purpose);
  }

  /** As apps/common/law.ts draws. */
  #draw(visit: Visit, law: Law): number {
    switch (law.kind) {
      case 'fixed':
        return law.ms;
      case 'uniform':
        return law.minMs + this.#share(visit, PURPOSE.service) * (law.maxMs - law.minMs);
      case 'lognormal': {
        const length = Math.sqrt(-2 * Math.log(1 - this.#share(visit, PURPOSE.service)));
        const angle = 2 * Math.PI * this.#share(visit, PURPOSE.serviceToo);
        return law.p50Ms * Math.exp(law.sigma * length * Math.cos(angle));
      }
      case 'exponential':
        return -law.meanMs * Math.log(1 - this.#share(visit, PURPOSE.service));
      case 'samples': {
        const { samplesMs } = law;
        return samplesMs[Math.floor(this.#share(visit, PURPOSE.service) * samplesMs.length)] ?? 0;
      }
    }
  }
}

function workOf({ ask }: Visit, { works }: AppState): WorkState {
  return works[ask] as WorkState;
}

/** What answers at once does so out of turn. */
function isLimited(visit: Visit, app: AppState): boolean {
  return app.isLimited && !workOf(visit, app).isIdle;
}

/** What the applications do: their turns, their calls, their time, their errors. */
import type { Law } from '../../../apps/contract.ts';
import { type App, type Failure, type Model, NONE, type Work } from '../model.ts';
import type { Answers } from './answers.ts';
import { type Clock, EVENT } from './clock.ts';
import type { Calls } from './calls.ts';
import { type Draws, PURPOSE } from './random.ts';
import { add } from './rows.ts';
import { CAUSE, GONE, STATE, type Visit } from './state.ts';
import type { Visits } from './visits.ts';

export class Apps {
  appMs = 0;
  readonly #clock: Clock;
  readonly #draws: Draws;
  readonly #visits: Visits;
  readonly #answers: Answers;
  readonly #calls: Calls;
  #apps: readonly App[] = [];
  /** By application, and then by ask: the lane of a time that is always the same. */
  #lanes: readonly (readonly number[])[] = [];
  #working = new Int32Array(0);
  #first: (Visit | null)[] = [];
  #last: (Visit | null)[] = [];
  /** When each was first asked, from which the times of its errors count. */
  #since = new Float64Array(0);
  /** Until when it is busy with what came before. */
  #free = new Float64Array(0);

  constructor(clock: Clock, draws: Draws, visits: Visits, answers: Answers, calls: Calls) {
    this.#clock = clock;
    this.#draws = draws;
    this.#visits = visits;
    this.#answers = answers;
    this.#calls = calls;
  }

  configure({ apps }: Model): void {
    this.#apps = apps;
    const lanes = new Map<number, number>();
    this.#lanes = apps.map(({ works }) =>
      works.map(({ time }) => {
        if (time?.kind !== 'fixed') return NONE;
        const known = lanes.get(time.ms);
        if (known !== undefined) return known;
        const lane = this.#clock.ownLane(time.ms);
        lanes.set(time.ms, lane);
        return lane;
      }),
    );
    this.#working = new Int32Array(apps.length);
    this.#first = apps.map(() => null);
    this.#last = apps.map(() => null);
    this.#since = new Float64Array(apps.length);
    this.#free = new Float64Array(apps.length);
  }

  reset(): void {
    this.#working.fill(0);
    this.#first.fill(null);
    this.#last.fill(null);
    this.#since.fill(-1);
    this.#free.fill(0);
  }

  /** A request is on its way to it. @param atMs when it is there */
  arrive(visit: Visit, app: number, atMs: number): void {
    const visits = this.#visits;
    visit.listener = NONE;
    visit.app = app;
    const readMs = Math.max(atMs, this.#free[app] as number) + this.appMs;
    this.#free[app] = readMs;
    const { concurrency } = this.#apps[app] as App;
    if (concurrency === Infinity || this.#workOf(visit).time === null) {
      this.#begin(visit, readMs);
    } else if ((this.#working[app] as number) < concurrency) {
      add(this.#working, app, 1);
      this.#begin(visit, readMs);
    } else {
      this.#enqueue(visit, app);
    }
  }

  /** When it has done what came before. */
  freeAt(app: number): number {
    return this.#free[app] as number;
  }

  /** Its work is done. */
  served(visit: Visit): void {
    const visits = this.#visits;
    const cause = visit.status >= 500 ? CAUSE.application : CAUSE.none;
    this.#end(visit, visit.status, cause, NONE);
  }

  /** What it called has answered, or did not in time. @param status 0 for no answer */
  callAnswered(visit: Visit, status: number): void {
    const visits = this.#visits;
    const { calls, callErrorStatus } = this.#apps[visit.app] as App;
    const isGood = status > 0 && status < 400;
    if (!isGood && this.#calls.again(visit, calls, this.#clock.now)) return;
    if (!isGood && callErrorStatus !== 200) {
      const cause = visit.cause;
      const known = cause === CAUSE.none ? CAUSE.application : cause;
      const blamed = callErrorStatus >= 500 ? known : CAUSE.none;
      this.#end(visit, callErrorStatus, blamed, visit.causeCluster);
      return;
    }
    if (!this.#calls.next(visit, calls, this.#clock.now)) this.#takeTime(visit, this.#clock.now);
  }

  callTimedOut(visit: Visit): void {
    const visits = this.#visits;
    this.#answers.forget(visit);
    visit.attempt = visits.nextNumber();
    visit.cause = CAUSE.timeout;
    visit.causeCluster = NONE;
    this.callAnswered(visit, 0);
  }

  /** Nobody waits for its answer: what was begun under a limit goes on all the same. */
  abandoned(visit: Visit): void {
    const visits = this.#visits;
    const app = visit.app;
    const state = visit.state;
    if (state === STATE.queued) this.#dequeue(visit, app);
    else if (state === STATE.working && this.#isLimited(visit)) {
      visit.caller = GONE;
      return;
    } else {
      this.#answers.forget(visit);
      this.#release(visit);
    }
    visits.end(visit);
  }

  #isLimited(visit: Visit): boolean {
    const { concurrency } = this.#apps[visit.app] as App;
    return concurrency < Infinity && this.#workOf(visit).time !== null;
  }

  #workOf(visit: Visit): Work {
    const { works } = this.#apps[visit.app] as App;
    return works[visit.ask] as Work;
  }

  /** @param atMs when it has its turn */
  #begin(visit: Visit, atMs: number): void {
    const visits = this.#visits;
    const app = visit.app;
    if ((this.#since[app] as number) < 0) this.#since[app] = atMs;
    const { errors, calls } = this.#apps[app] as App;
    const work = this.#workOf(visit);
    if (work.time !== null && errors.length > 0) {
      const failure = this.#failureOf(visit, errors, atMs - (this.#since[app] as number));
      if (failure !== undefined) {
        visit.status = failure.status;
        this.#work(visit, failure.after ?? work.time, NONE, atMs);
        return;
      }
    }
    if (work.time !== null && calls.length > 0) {
      visit.state = STATE.calling;
      visit.tries = 0;
      this.#calls.begin(visit);
      if (this.#calls.next(visit, calls, atMs)) return;
    }
    this.#takeTime(visit, atMs);
  }

  #takeTime(visit: Visit, atMs: number): void {
    const visits = this.#visits;
    const { time, statuses } = this.#workOf(visit);
    let status = statuses[0]?.status ?? 200;
    if (statuses.length > 1) {
      let left = this.#share(visit, PURPOSE.status);
      for (const one of statuses) {
        status = one.status;
        if ((left -= one.weight) < 0) break;
      }
    }
    visit.status = status;
    const app = visit.app;
    const lane = (this.#lanes[app] as readonly number[])[visit.ask] ?? NONE;
    this.#work(visit, time, lane, atMs);
  }

  #work(visit: Visit, law: Law | null, lane: number, atMs: number): void {
    const visits = this.#visits;
    visit.state = STATE.working;
    const ms = law === null ? 0 : this.#draw(visit, law);
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
    const { keepAlive } = this.#apps[visit.app] as App;
    this.#release(visit);
    this.#answers.give(visit, status, cause, causeCluster, !keepAlive);
  }

  /** The next that waits has its turn. */
  #release(visit: Visit): void {
    if (!this.#isLimited(visit)) return;
    const app = visit.app;
    const next = this.#first[app] ?? null;
    if (next === null) {
      add(this.#working, app, -1);
    } else {
      this.#dequeue(next, app);
      this.#begin(next, this.#clock.now);
    }
  }

  #enqueue(visit: Visit, app: number): void {
    const visits = this.#visits;
    const last = this.#last[app] ?? null;
    visit.state = STATE.queued;
    visit.next = null;
    visit.previous = last;
    if (last === null) this.#first[app] = visit;
    else last.next = visit;
    this.#last[app] = visit;
  }

  #dequeue(visit: Visit, app: number): void {
    const visits = this.#visits;
    const next = visit.next;
    const previous = visit.previous;
    if (previous === null) this.#first[app] = next;
    else previous.next = next;
    if (next === null) this.#last[app] = previous;
    else next.previous = previous;
  }

  #share(visit: Visit, purpose: number): number {
    return this.#draws.share(
visit.who, visit.draw + purpose    );
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

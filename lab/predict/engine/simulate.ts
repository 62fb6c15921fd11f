/** One seed's run of a model: the parts put together, and the turn of one event after the other. */
import './inlining.ts';
import { type Door, type Model, NONE } from '../model.ts';
import { Admission } from './admission.ts';
import { Answers } from './answers.ts';
import { Apps } from './apps.ts';
import { Backlogs } from './backlogs.ts';
import { Balancer } from './balancer.ts';
import { Calls } from './calls.ts';
import { Clock, EVENT } from './clock.ts';
import { Clusters } from './clusters.ts';
import { Connects } from './connects.ts';
import { Dues } from './dues.ts';
import { Hosts } from './hosts.ts';
import { Loads } from './loads.ts';
import type { SendTrace } from './trace.ts';
import { type ListenerState, listenersOf } from './listeners.ts';
import { Outliers } from './outliers.ts';
import { Pools } from './pools.ts';
import { Proxies } from './proxies.ts';
import { Draws } from './random.ts';
import { Requests } from './requests.ts';
import { Retries } from './retries.ts';
import { ran } from './ran.ts';
import { routesOf } from './routes.ts';
import type { Run } from './run.ts';
import type { Visit } from './state.ts';
import { Turns } from './turns.ts';
import { Visits } from './visits.ts';
import { type Worker } from './workers.ts';

export type { SendTrace };

export interface SimulateOptions {
  readonly trace?: SendTrace;
}

/** Keeps its buffers from one run to the next: a run is over when the next begins. */
export class Simulator {
  readonly clock = new Clock();
  readonly draws = new Draws();
  readonly visits = new Visits();
  readonly clusters = new Clusters();
  readonly hosts = new Hosts(this.draws);
  readonly turns = new Turns(this.clock, this.draws);
  readonly backlogs = new Backlogs(this.draws);
  readonly connects = new Connects(this.clock, this.turns, this.backlogs);
  readonly pools = new Pools(this.clock, this.turns, this.hosts, this.connects);
  readonly answers = new Answers(this.clock, this.visits, this.turns);
  readonly requests = new Requests();
  readonly balancer = new Balancer(this.draws, this.hosts);
  readonly retries = new Retries(this.draws);
  readonly outliers = new Outliers(this.clock, this.hosts, this.pools, this.draws);
  readonly calls = new Calls(this.clock, this.draws, this.visits, this.answers);
  readonly apps = new Apps(this.clock, this.draws, this.visits, this.answers, this.calls);
  readonly dues = new Dues(this.draws);
  readonly admission = new Admission(this.clock, this.draws);
  readonly loads = new Loads(this);
  readonly proxies = new Proxies(this);
  /** By their index in the model. */
  listeners: readonly ListenerState[] = [];
  #model!: Model;

  constructor(model: Model) {
    this.loads.serve(this);
    this.calls.serve(this);
    this.use(model);
  }

  /** From now on it runs this model; what it has room for stays. */
  use(model: Model): void {
    const { costs } = model;
    this.#model = model;
    const { clock, pools, answers, outliers } = this;
    clock.configure();
    this.turns.configure(model);
    answers.hopLane = clock.ownLane(costs.hopMs);
    answers.hopMs = costs.hopMs;
    this.connects.connectMs = costs.connectMs;
    pools.dispatchLane = clock.lane(costs.dispatchMs);
    pools.dispatchMs = costs.dispatchMs;
    pools.openMs = costs.openMs;
    this.clusters.configure(model, clock);
    outliers.ejectLane = NONE;
    outliers.ejectMs = costs.ejectMs;
    outliers.leadMs = costs.leadMs;
    this.apps.appMs = costs.appMs;
    this.backlogs.wakeMs = costs.wakeMs;
    const routes = routesOf(model, this.clusters, clock);
    const listeners = listenersOf(model, this.turns.of, routes);
    this.listeners = listeners;
    this.apps.configure(model);
    this.hosts.configure(this.clusters.places, listeners, this.apps.all);
    this.admission.configure(listeners);
    this.balancer.configure(model);
    outliers.configure(this.clusters.all);
    this.calls.configure(listeners);
    this.loads.configure(model, listeners);
    this.requests.configure(model);
  }

  run(seed: number, { trace }: SimulateOptions = {}): Run {
    this.#reset(seed, trace);
    const batches = trace === undefined ? this.#untilSeen() : this.#throughout(trace);
    return ran(this, this.#model, seed, batches);
  }

  /** A client's request comes in at its first place, then. */
  admit(visit: Visit, door: Door, worker: Worker, isNew: boolean, atMs: number): void {
    const isRead = isNew && door.listener !== NONE;
    this.enter(visit, door, worker, isRead ? this.turns.acceptedAt(worker, atMs) : atMs);
  }

  /** A request comes in at a door, then. */
  enter(visit: Visit, { listener, app }: Door, worker: Worker, atMs: number): void {
    if (listener !== NONE) {
      visit.listener = this.listeners[listener] as ListenerState;
      visit.worker = worker;
      this.turns.post(worker, atMs, 'request', visit.id, visit.life);
    } else if (app !== NONE) {
      this.apps.arrive(visit, this.apps.at(app), atMs);
    } else {
      this.answers.refuse(visit);
    }
  }

  #reset(seed: number, trace: SendTrace | undefined): void {
    this.draws.begin(seed);
    this.clock.reset();
    this.visits.clear();
    this.clusters.reset();
    this.hosts.reset();
    this.admission.reset();
    this.pools.reset();
    this.requests.reset();
    this.balancer.reset();
    this.outliers.reset();
    this.calls.reset();
    this.apps.reset();
    this.turns.reset();
    this.loads.reset(trace);
  }

  /** Until enough batches were warm, or as many as wanted were finished, or all was sent and answered. */
  #untilSeen(): number {
    const { clock, loads, requests } = this;
    const { watch } = this.#model;
    const most = watch.batches > 0 ? watch.batches : watch.maxBatches;
    let finished = 0;
    while (clock.next()) {
      this.#do();
      if (!watch.inBatches) {
        if (loads.areDone) return 1;
      } else if (loads.hasFinished) {
        const now = loads.takeFinishedBatches();
        if (now === finished) continue;
        finished = now;
        if (finished >= most) return most;
        const warm = finished - requests.warmUp.firstWarm(finished);
        if (watch.batches === 0 && warm >= watch.warmBatches) return finished;
      }
    }
    return watch.inBatches ? finished : 1;
  }

  #throughout({ batch }: SendTrace): number {
    while (this.clock.next()) {
      this.#do();
      if (this.loads.areDone) break;
    }
    return batch.reduce((most, one) => Math.max(most, one + 1), 0);
  }

  #do(): void {
    const { clock, pools, loads, outliers } = this;
    const { code, row, number } = clock;
    switch (code) {
      case EVENT.turn:
        this.#turn(this.turns.at(row), number);
        return;
      case EVENT.batch:
        loads.batch(row);
        return;
      case EVENT.send:
        loads.send(row, number);
        return;
      case EVENT.clientTimeout:
        loads.timeout(row);
        return;
      case EVENT.dispatch:
        pools.dispatched(pools.rows.at(row));
        return;
      case EVENT.idle:
        pools.idled(pools.connections.at(row), number);
        return;
      case EVENT.connect:
        this.connects.again(pools.connections.at(row), number);
        return;
      case EVENT.eject:
        outliers.decide(row);
        return;
      case EVENT.sweep:
        outliers.sweep(row);
        return;
      case EVENT.membership:
        outliers.mergedChange(row);
        return;
      default:
        this.#visit(code, this.visits.at(row), number);
    }
  }

  /** What there is to be done for a visit, unless nobody waits for it any more. */
  #visit(code: number, visit: Visit, number: number): void {
    const { proxies, apps } = this;
    switch (code) {
      case EVENT.response:
        if (visit.attempt === number) apps.callAnswered(visit, visit.status);
        return;
      case EVENT.served:
        if (visit.life === number) apps.served(visit);
        return;
      case EVENT.reset:
        if (visit.life !== number) return;
        if (visit.app !== null) apps.abandoned(visit);
        else proxies.abandoned(visit);
        return;
      case EVENT.routeTimeout:
        if (visit.life === number) proxies.routeTimedOut(visit);
        return;
      case EVENT.tryTimeout:
        if (visit.attempt === number) proxies.tryTimedOut(visit);
        return;
      case EVENT.retry:
        if (visit.attempt === number) proxies.attempt(visit);
        return;
      case EVENT.faultOver:
        if (visit.life === number) proxies.faultOver(visit);
        return;
      case EVENT.callTimeout:
        if (visit.attempt === number) apps.callTimedOut(visit);
    }
  }

  /** A worker reads what came, which nobody may wait for any more. */
  #turn(worker: Worker, turn: number): void {
    const { turns, visits, pools, proxies } = this;
    const message = turns.begin(worker, turn);
    if (message === null) return;
    const { kind, row, number } = message;
    if (kind === 'connected') {
      const connection = pools.connections.at(row);
      if (connection.life === number) pools.connected(connection);
    } else {
      const visit = visits.at(row);
      if (kind === 'request') {
        if (visit.life === number) proxies.arrive(visit);
      } else if (visit.attempt === number) {
        proxies.answered(visit);
      }
    }
    turns.end(worker);
  }
}

/** One run by a simulator of its own; who needs many keeps a `Simulator`. */
export function simulate(model: Model, seed: number, options: SimulateOptions = {}): Run {
  return new Simulator(model).run(seed, options);
}

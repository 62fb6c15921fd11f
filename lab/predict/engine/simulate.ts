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
import { MESSAGE } from './inboxes.ts';
import type { SendTrace } from './trace.ts';
import { Outliers } from './outliers.ts';
import { Pools } from './pools.ts';
import { Proxies } from './proxies.ts';
import { Draws } from './random.ts';
import { Requests } from './requests.ts';
import { Retries } from './retries.ts';
import { ran } from './ran.ts';
import type { Run } from './run.ts';
import { Turns } from './turns.ts';
import { Visits } from './visits.ts';

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
  readonly connects = new Connects(this.clock, this.turns, this.hosts, this.backlogs);
  readonly pools = new Pools(
    this.clock,
    this.turns,
    this.clusters,
    this.hosts,
    this.visits,
    this.connects,
  );
  readonly answers = new Answers(this.clock, this.visits, this.turns);
  readonly requests = new Requests(this.visits);
  readonly balancer = new Balancer(this.draws, this.hosts, this.visits);
  readonly retries = new Retries(this.clusters, this.visits, this.draws);
  readonly outliers = new Outliers(this.clock, this.clusters, this.hosts, this.pools, this.draws);
  readonly calls = new Calls(this.clock, this.draws, this.visits, this.answers);
  readonly apps = new Apps(this.clock, this.draws, this.visits, this.answers, this.calls);
  readonly dues = new Dues(this.draws);
  readonly admission = new Admission(this.clock, this.draws, this.visits);
  readonly loads = new Loads(this);
  readonly proxies = new Proxies(this);
  #model!: Model;

  constructor(model: Model) {
    this.loads.serve(this);
    this.calls.serve(this);
    this.backlogs.serve(this.apps);
    this.use(model);
  }

  /** From now on it runs this model; what it has room for stays. */
  use(model: Model): void {
    const { costs, clusters, proxies } = model;
    this.#model = model;
    const firstWorker: number[] = [];
    let workers = 0;
    for (const proxy of proxies) {
      firstWorker.push(workers);
      workers += proxy.workers;
    }
    const { clock, pools, answers, outliers } = this;
    clock.configure();
    this.turns.configure(costs, workers);
    answers.hopLane = clock.ownLane(costs.hopMs);
    answers.hopMs = costs.hopMs;
    this.connects.connectMs = costs.connectMs;
    pools.dispatchLane = clock.lane(costs.dispatchMs);
    pools.dispatchMs = costs.dispatchMs;
    pools.settings = {
      maxRequests: Int32Array.from(clusters, (cluster) => cluster.maxRequestsPerConnection),
      streams: Int32Array.from(clusters, ({ streams }) => Math.min(streams, 2 ** 30)),
      openMs: costs.openMs,
      idleMs: Float64Array.from(clusters, ({ idleTimeoutMs }) => idleTimeoutMs),
      idleLane: Int32Array.from(clusters, ({ idleTimeoutMs }) => clock.lane(idleTimeoutMs)),
    };
    outliers.ejectLane = NONE;
    outliers.ejectMs = costs.ejectMs;
    outliers.leadMs = costs.leadMs;
    this.apps.appMs = costs.appMs;
    this.backlogs.wakeMs = costs.wakeMs;
    this.backlogs.configure(model);
    this.clusters.configure(clusters);
    this.hosts.configure(model, firstWorker);
    this.admission.configure(model);
    this.balancer.configure(model);
    this.retries.configure(model);
    outliers.configure(model);
    this.proxies.configure(model, firstWorker);
    this.apps.configure(model);
    this.calls.configure(model, firstWorker);
    this.loads.configure(model, firstWorker);
    this.requests.configure(model);
  }

  run(seed: number, { trace }: SimulateOptions = {}): Run {
    this.#reset(seed, trace);
    const batches = trace === undefined ? this.#untilSeen() : this.#throughout(trace);
    return ran(this, this.#model, seed, batches);
  }

  /** A client's request comes in at its first place, then. */
  admit(visit: number, door: Door, worker: number, isNew: boolean, atMs: number): void {
    const isRead = isNew && door.listener !== NONE;
    this.enter(visit, door, worker, isRead ? this.turns.acceptedAt(worker, atMs) : atMs);
  }

  /** A request comes in at a door, then. */
  enter(visit: number, { listener, app }: Door, worker: number, atMs: number): void {
    const { visits } = this;
    if (listener !== NONE) {
      visits.listener[visit] = listener;
      visits.worker[visit] = worker;
      this.turns.post(worker, atMs, MESSAGE.request, visit, visits.life[visit] as number);
    } else if (app !== NONE) {
      this.apps.arrive(visit, app, atMs);
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
    this.backlogs.reset();
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
    const { clock, visits, pools, proxies, apps, loads, outliers } = this;
    const { code, row, number } = clock;
    switch (code) {
      case EVENT.batch:
        loads.batch(row);
        return;
      case EVENT.send:
        loads.send(row, number);
        return;
      case EVENT.turn:
        if (!this.turns.begin(row, number)) return;
        this.#read();
        this.turns.end(row);
        return;
      case EVENT.response:
        if (visits.attempt[row] === number) apps.callAnswered(row, visits.status[row] as number);
        return;
      case EVENT.dispatch:
        pools.dispatched(row);
        return;
      case EVENT.served:
        if (visits.life[row] === number) apps.served(row);
        return;
      case EVENT.reset:
        if (visits.life[row] !== number) return;
        if (visits.app[row] !== NONE) apps.abandoned(row);
        else proxies.abandoned(row);
        return;
      case EVENT.idle:
        pools.idled(row, number);
        return;
      case EVENT.routeTimeout:
        if (visits.life[row] === number) proxies.routeTimedOut(row);
        return;
      case EVENT.tryTimeout:
        if (visits.attempt[row] === number) proxies.tryTimedOut(row);
        return;
      case EVENT.retry:
        if (visits.attempt[row] === number) proxies.attempt(row);
        return;
      case EVENT.faultOver:
        if (visits.life[row] === number) proxies.faultOver(row);
        return;
      case EVENT.callTimeout:
        if (visits.attempt[row] === number) apps.callTimedOut(row);
        return;
      case EVENT.clientTimeout:
        loads.timeout(row);
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
      case EVENT.connect:
        this.connects.again(pools.rows, pools.connections, row, number);
    }
  }

  /** What a worker read, unless nobody waits for it any more. */
  #read(): void {
    const { visits, pools, proxies } = this;
    const { kind, row, number } = this.turns.inboxes;
    if (kind === MESSAGE.request) {
      if (visits.life[row] === number) proxies.arrive(row);
    } else if (kind === MESSAGE.response) {
      if (visits.attempt[row] === number) proxies.answered(row);
    } else if (pools.connections.life[row] === number) {
      pools.connected(row);
    }
  }
}

/** One run by a simulator of its own; who needs many keeps a `Simulator`. */
export function simulate(model: Model, seed: number, options: SimulateOptions = {}): Run {
  return new Simulator(model).run(seed, options);
}

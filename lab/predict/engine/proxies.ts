/** What a proxy does with a request: its route, its attempts, its timeouts, its answer. */
import { type Fault, NONE } from '../model.ts';
import { EVENT } from './clock.ts';
import type { ClusterState } from './clusters.ts';
import type { Parts } from './parts.ts';
import type { PoolUser } from './pools.ts';
import { PURPOSE } from './random.ts';
import type { RouteState } from './routes.ts';
import { FLAG } from './run.ts';
import { CAUSE, type Connection, type Visit } from './state.ts';
import { remember } from './visits.ts';

export class Proxies implements PoolUser {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.pools.serve(this);
  }

  /** A request is read by its worker. */
  arrive(visit: Visit): void {
    const { requests, admission } = this.#parts;
    const { listener, ask } = visit;
    const route = listener.routes[ask];
    if (listener.isServers) requests.reachedServer(visit);
    if (!admission.admits(visit)) {
      this.#reply(visit, 503, CAUSE.overflow, FLAG.UO);
      return;
    }
    visit.route = route ?? null;
    if (route === undefined) {
      this.#reply(visit, 404, CAUSE.noRoute, FLAG.NR);
      return;
    }
    const { plain, is } = route;
    if (plain !== null) this.#toCluster(visit, route, plain);
    else if (is.fault === null || !this.#isDelayed(visit, is.fault)) this.#goOn(visit, route);
  }

  faultOver(visit: Visit): void {
    if (visit.route !== null) this.#goOn(visit, visit.route);
  }

  attached(visit: Visit, connection: Connection): void {
    const { clock, visits, apps, answers, requests, turns } = this.#parts;
    const { request, who, ask, attempt, route, host } = visit;
    const { listener, app } = host;
    visit.state = 'upstream';
    visit.connection = connection;
    const callee = visits.open(request, who, ask, visit, attempt);
    visit.callee = callee;
    requests.used(visit, connection);
    if (!visit.listener.isServers) requests.sentTo(visit);
    const atMs = clock.now + answers.hopMs;
    if (listener === null) {
      if (app !== null) apps.arrive(callee, app, atMs);
    } else {
      const { remoteWorker } = connection;
      callee.listener = listener;
      callee.worker = remoteWorker;
      turns.post(remoteWorker, atMs, 'request', callee.id, callee.life);
    }
    if (route !== null && route.tryMs < Infinity) {
      clock.after(route.tryLane, route.tryMs, EVENT.tryTimeout, visit.id, attempt);
    }
  }

  overflowed(visit: Visit): void {
    this.#reply(visit, 503, CAUSE.overflow, FLAG.UO);
  }

  connectionFailed(visit: Visit): void {
    const { outliers, retries, requests } = this.#parts;
    requests.sentTo(visit);
    outliers.failedLocally(visit.host, false);
    const decision = retries.onReset(visit, false);
    if (decision === 'yes') this.#backOff(visit);
    else this.#reply(visit, 503, CAUSE.connectionFailure, FLAG.UF);
  }

  /** The answer that was on its way is here. */
  answered(visit: Visit): void {
    const { pools, outliers, retries } = this.#parts;
    const { status, cluster, connection, host } = visit;
    if (connection === null || cluster === null) return;
    outliers.answered(host, status);
    cluster.answered(status);
    const decision = retries.onStatus(visit, status);
    visit.connection = null;
    if (decision === 'yes') {
      // Its body is still to come: the stream is reset, and over HTTP/1.1 the connection with it.
      pools.aborted(connection);
      this.#backOff(visit);
      return;
    }
    pools.answered(connection, visit.closes);
    if (decision === 'overflow') {
      this.#reply(visit, status, CAUSE.overflow, FLAG.UO);
      return;
    }
    const flag = decision === 'limit' ? FLAG.URX : FLAG.none;
    this.#end(visit, status, visit.cause, visit.causeCluster, flag);
  }

  routeTimedOut(visit: Visit): void {
    const { state, cluster, host } = visit;
    const isUnderWay = state === 'pending' || state === 'upstream';
    if (isUnderWay && cluster !== null) cluster.counters.upstream_rq_timeout += 1;
    if (state === 'upstream') this.#parts.outliers.failedLocally(host, true);
    this.#giveUp(visit);
    this.#reply(visit, 504, CAUSE.timeout, FLAG.UT);
  }

  tryTimedOut(visit: Visit): void {
    const { outliers, retries } = this.#parts;
    if (visit.state !== 'upstream') return;
    outliers.failedLocally(visit.host, true);
    this.#giveUp(visit);
    const decision = retries.onReset(visit, true);
    if (decision === 'yes') this.#backOff(visit);
    else this.#reply(visit, 504, CAUSE.timeout, FLAG.UT);
  }

  /** Whoever asked has gone. */
  abandoned(visit: Visit): void {
    const { visits, retries, admission } = this.#parts;
    this.#giveUp(visit);
    retries.release(visit);
    admission.ended(visit, false);
    visits.end(visit);
  }

  #goOn(visit: Visit, route: RouteState): void {
    const { draws } = this.#parts;
    const { who, draw } = visit;
    const { fault, clusters, directStatus } = route.is;
    if (fault !== null && draws.share(who, draw | PURPOSE.abort) < fault.abortShare) {
      this.#reply(visit, fault.abortStatus, CAUSE.fault, FLAG.FI);
      return;
    }
    if (directStatus !== 0) {
      this.#reply(visit, directStatus, CAUSE.application, FLAG.none);
      return;
    }
    let cluster = clusters[0]?.cluster ?? NONE;
    if (clusters.length > 1) {
      let left = draws.share(who, draw | PURPOSE.weight);
      for (const { cluster: one, weight } of clusters) {
        cluster = one;
        if ((left -= weight) < 0) break;
      }
    }
    if (cluster === NONE) {
      visit.cluster = null;
      this.#reply(visit, 503, CAUSE.noRoute, FLAG.NC);
    } else this.#toCluster(visit, route, this.#parts.clusters.at(cluster));
  }

  #toCluster(visit: Visit, route: RouteState, cluster: ClusterState): void {
    visit.cluster = cluster;
    this.#parts.retries.begin(visit);
    const { timeoutMs, timeoutLane } = route;
    if (timeoutMs < Infinity) {
      this.#parts.clock.after(timeoutLane, timeoutMs, EVENT.routeTimeout, visit.id, visit.life);
    }
    this.attempt(visit);
  }

  /** Makes an attempt, the first or another one. */
  attempt(visit: Visit): void {
    const { visits, balancer, pools, hosts, retries } = this.#parts;
    const { cluster, worker } = visit;
    if (cluster === null) return;
    if (visit.tries > 0) remember(visit);
    visit.tries += 1;
    visit.attempt = visits.nextNumber();
    const key = cluster.balancer === 'hash' ? this.#keyOf(visit) : 0;
    const chosen = balancer.choose(visit, cluster, retries.hostAttempts(visit), key);
    if (chosen === NONE) {
      this.#reply(visit, 503, CAUSE.noHealthyUpstream, FLAG.UH);
      return;
    }
    const host = hosts.of(cluster, chosen);
    visit.host = host;
    pools.newStream(pools.poolOf(host, worker), visit);
  }

  /** Of a hash: a client's own, where its requests are alike in what is hashed. */
  #keyOf(visit: Visit): number {
    const hash = visit.route?.is.hash;
    if (hash === 'request') return visit.who;
    if (typeof hash === 'number') return hash;
    return this.#parts.requests.client[visit.request] as number;
  }

  #isDelayed(visit: Visit, fault: Fault): boolean {
    const { clock, draws } = this.#parts;
    const purpose = visit.draw | PURPOSE.fault;
    if (draws.share(visit.who, purpose) >= fault.delayShare) return false;
    visit.state = 'delayed';
    clock.at(NONE, clock.now + fault.delayMs, EVENT.faultOver, visit.id, visit.life);
    return true;
  }

  #backOff(visit: Visit): void {
    const { clock, visits, retries } = this.#parts;
    visit.state = 'backingOff';
    const attempt = visits.nextNumber();
    visit.attempt = attempt;
    clock.at(NONE, clock.now + retries.backOff(visit), EVENT.retry, visit.id, attempt);
  }

  /** Nothing is waited for any more, in a queue or from the next one. */
  #giveUp(visit: Visit): void {
    const { pools, answers } = this.#parts;
    const { state, connection } = visit;
    if (state === 'pending') pools.cancel(visit);
    if (state === 'upstream' && connection !== null) {
      visit.connection = null;
      answers.forget(visit);
      pools.aborted(connection);
    }
    visit.state = 'arriving';
  }

  /** An answer of the proxy's own. */
  #reply(visit: Visit, status: number, cause: number, flag: number): void {
    this.#end(visit, status, cause, visit.cluster?.index ?? NONE, flag);
  }

  #end(visit: Visit, status: number, cause: number, causeCluster: number, flag: number): void {
    const { retries, answers, requests, admission } = this.#parts;
    const { listener } = visit;
    retries.release(visit);
    admission.ended(visit, true);
    if (!listener.isServers) requests.flagged(visit, flag, listener.isGateways);
    answers.give(visit, status, cause, causeCluster, false);
  }
}

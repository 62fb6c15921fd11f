/** What a proxy does with a request: its route, its attempts, its timeouts, its answer. */
import { type Fault, type Model, NONE, type Route } from '../model.ts';
import { EVENT } from './clock.ts';
import * as stat from './clusters.ts';
import { MESSAGE } from './inboxes.ts';
import type { PoolUser } from './poolRows.ts';
import type { Parts } from './parts.ts';
import { PURPOSE } from './random.ts';
import { DECISION } from './retries.ts';
import { Routes } from './routes.ts';
import { FLAG } from './run.ts';
import { CAUSE, STATE } from './visits.ts';

export class Proxies implements PoolUser {
  readonly #parts: Parts;
  readonly #routes = new Routes();
  #proxyOf = new Int32Array(0);
  /** Whether a listener lets requests in to a server, by role. */
  #isServers = new Int8Array(0);
  #isGateways = new Int8Array(0);
  #firstWorker: readonly number[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.pools.serve(this);
  }

  configure(model: Model, firstWorker: number[]): void {
    const { clock, hosts, pools } = this.#parts;
    const { listeners, proxies } = model;
    this.#routes.configure(model, clock);
    this.#proxyOf = Int32Array.from(listeners, ({ proxy }) => proxy);
    const role = (name: string): Int8Array<ArrayBuffer> =>
      Int8Array.from(listeners, ({ proxy }) => (proxies[proxy]?.role === name ? 1 : 0));
    this.#isServers = role('server');
    this.#isGateways = role('gateway');
    this.#firstWorker = firstWorker;
    pools.places.configure(hosts.pools);
  }

  /** A request is read by its worker. */
  arrive(visit: number): void {
    const { visits, requests, admission } = this.#parts;
    const listener = visits.listener[visit] as number;
    const ask = visits.ask[visit] as number;
    const number = this.#routes.taken(listener, ask);
    if (this.#isServers[listener] === 1) requests.reachedServer(visit);
    if (!admission.admits(visit)) {
      this.#reply(visit, 503, CAUSE.overflow, FLAG.UO);
      return;
    }
    visits.route[visit] = number;
    if (number === NONE) {
      this.#reply(visit, 404, CAUSE.noRoute, FLAG.NR);
      return;
    }
    const cluster = this.#routes.plain(number);
    if (cluster !== NONE) {
      this.#toCluster(visit, number, cluster);
      return;
    }
    const route = this.#routes.at(number);
    if (route.fault !== null && this.#isDelayed(visit, route.fault)) return;
    this.#goOn(visit, route);
  }

  faultOver(visit: number): void {
    this.#goOn(visit, this.#routes.at(this.#parts.visits.route[visit] as number));
  }

  attached(visit: number, connection: number): void {
    const { clock, visits, pools, hosts, apps, answers, requests, turns } = this.#parts;
    visits.state[visit] = STATE.upstream;
    visits.connection[visit] = connection;
    const cluster = visits.cluster[visit] as number;
    const host = visits.host[visit] as number;
    const attempt = visits.attempt[visit] as number;
    const listener = hosts.listener(cluster, host);
    const callee = visits.open(
      visits.request[visit] as number,
      visits.who[visit] as number,
      visits.ask[visit] as number,
      visit,
      attempt,
    );
    visits.callee[visit] = callee;
    requests.used(visit, connection, pools.connections.batch);
    if (this.#isServers[visits.listener[visit] as number] === 0) {
      requests.sentTo(visit, cluster, host);
    }
    if (listener === NONE) {
      apps.arrive(callee, hosts.app(cluster, host), clock.now + answers.hopMs);
    } else {
      visits.listener[callee] = listener;
      visits.app[callee] = NONE;
      const remote = pools.connections.remoteWorker[connection] as number;
      visits.worker[callee] = remote;
      const atMs = clock.now + answers.hopMs;
      turns.post(remote, atMs, MESSAGE.request, callee, visits.life[callee] as number);
    }
    const route = visits.route[visit] as number;
    const tryMs = this.#routes.tryMs[route] as number;
    if (tryMs < Infinity) {
      clock.after(this.#routes.tryLanes[route] as number, tryMs, EVENT.tryTimeout, visit, attempt);
    }
  }

  overflowed(visit: number): void {
    this.#reply(visit, 503, CAUSE.overflow, FLAG.UO);
  }

  connectionFailed(visit: number): void {
    const { visits, outliers, retries, requests } = this.#parts;
    const cluster = visits.cluster[visit] as number;
    const host = visits.host[visit] as number;
    requests.sentTo(visit, cluster, host);
    outliers.failedLocally(cluster, host, false);
    const decision = retries.onReset(visit, false);
    if (decision === DECISION.yes) this.#backOff(visit);
    else this.#reply(visit, 503, CAUSE.connectionFailure, FLAG.UF);
  }

  /** The answer that was on its way is here. */
  answered(visit: number): void {
    const { visits, pools, clusters, outliers, retries } = this.#parts;
    const status = visits.status[visit] as number;
    const cluster = visits.cluster[visit] as number;
    const connection = visits.connection[visit] as number;
    outliers.answered(cluster, visits.host[visit] as number, status);
    clusters.answered(cluster, status);
    const decision = retries.onStatus(visit, status);
    visits.connection[visit] = NONE;
    if (decision === DECISION.yes) {
      // Its body is still to come: the stream is reset, and over HTTP/1.1 the connection with it.
      pools.aborted(connection);
      this.#backOff(visit);
      return;
    }
    pools.answered(connection, visits.closes[visit] === 1);
    if (decision === DECISION.overflow) {
      this.#reply(visit, status, CAUSE.overflow, FLAG.UO);
      return;
    }
    const cause = visits.cause[visit] as number;
    const flag = decision === DECISION.limit ? FLAG.URX : FLAG.none;
    this.#end(visit, status, cause, visits.causeCluster[visit] as number, flag);
  }

  routeTimedOut(visit: number): void {
    const { visits, clusters, outliers } = this.#parts;
    const state = visits.state[visit] as number;
    const cluster = visits.cluster[visit] as number;
    if (state === STATE.pending || state === STATE.upstream) {
      clusters.count(cluster, stat.RQ_TIMEOUT);
    }
    if (state === STATE.upstream) {
      outliers.failedLocally(cluster, visits.host[visit] as number, true);
    }
    this.#giveUp(visit);
    this.#reply(visit, 504, CAUSE.timeout, FLAG.UT);
  }

  tryTimedOut(visit: number): void {
    const { visits, outliers, retries } = this.#parts;
    if (visits.state[visit] !== STATE.upstream) return;
    outliers.failedLocally(visits.cluster[visit] as number, visits.host[visit] as number, true);
    this.#giveUp(visit);
    const decision = retries.onReset(visit, true);
    if (decision === DECISION.yes) this.#backOff(visit);
    else this.#reply(visit, 504, CAUSE.timeout, FLAG.UT);
  }

  /** Whoever asked has gone. */
  abandoned(visit: number): void {
    const { visits, retries, admission } = this.#parts;
    this.#giveUp(visit);
    retries.release(visit);
    admission.ended(visit, false);
    visits.end(visit);
  }

  #goOn(visit: number, route: Route): void {
    const { visits, draws } = this.#parts;
    const who = visits.who[visit] as number;
    const draw = visits.drawOf(visit);
    const { fault, clusters, directStatus } = route;
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
      visits.cluster[visit] = NONE;
      this.#reply(visit, 503, CAUSE.noRoute, FLAG.NC);
    } else this.#toCluster(visit, visits.route[visit] as number, cluster);
  }

  #toCluster(visit: number, route: number, cluster: number): void {
    const { clock, visits, retries } = this.#parts;
    visits.cluster[visit] = cluster;
    retries.begin(visit);
    const timeoutMs = this.#routes.timeoutMs[route] as number;
    if (timeoutMs < Infinity) {
      const lane = this.#routes.timeoutLanes[route] as number;
      clock.after(lane, timeoutMs, EVENT.routeTimeout, visit, visits.life[visit] as number);
    }
    this.attempt(visit);
  }

  /** Makes an attempt, the first or another one. */
  attempt(visit: number): void {
    const { visits, balancer, pools, hosts, retries } = this.#parts;
    const cluster = visits.cluster[visit] as number;
    visits.tries[visit] = (visits.tries[visit] as number) + 1;
    visits.attempt[visit] = visits.nextNumber();
    const worker = visits.worker[visit] as number;
    const proxy = this.#proxyOf[visits.listener[visit] as number] as number;
    const own = worker - (this.#firstWorker[proxy] as number);
    const again = retries.hostAttempts(visit);
    const key = balancer.isByHash(cluster) ? this.#keyOf(visit) : 0;
    const host = balancer.choose(cluster, own, visit, again, key);
    if (host === NONE) {
      this.#reply(visit, 503, CAUSE.noHealthyUpstream, FLAG.UH);
      return;
    }
    visits.host[visit] = host;
    visits.remember(visit, host);
    const place = hosts.poolPlace(cluster, own, host);
    pools.newStream(pools.poolAt(place, cluster, host, worker), visit);
  }

  /** Of a hash: a client's own, where its requests are alike in what is hashed. */
  #keyOf(visit: number): number {
    const { visits, requests } = this.#parts;
    const route = this.#routes.at(visits.route[visit] as number);
    if (route.hash === 'request') return visits.who[visit] as number;
    if (typeof route.hash === 'number') return route.hash;
    return requests.client[visits.request[visit] as number] as number;
  }

  #isDelayed(visit: number, fault: Fault): boolean {
    const { clock, visits, draws } = this.#parts;
    const purpose = visits.drawOf(visit) | PURPOSE.fault;
    if (draws.share(visits.who[visit] as number, purpose) >= fault.delayShare) return false;
    visits.state[visit] = STATE.delayed;
    const life = visits.life[visit] as number;
    clock.at(NONE, clock.now + fault.delayMs, EVENT.faultOver, visit, life);
    return true;
  }

  #backOff(visit: number): void {
    const { clock, visits, retries } = this.#parts;
    visits.state[visit] = STATE.backingOff;
    const attempt = visits.nextNumber();
    visits.attempt[visit] = attempt;
    clock.at(NONE, clock.now + retries.backOff(visit), EVENT.retry, visit, attempt);
  }

  /** Nothing is waited for any more, in a queue or from the next one. */
  #giveUp(visit: number): void {
    const { visits, pools, answers } = this.#parts;
    const state = visits.state[visit] as number;
    if (state === STATE.pending) pools.cancel(visit);
    if (state === STATE.upstream) {
      const connection = visits.connection[visit] as number;
      visits.connection[visit] = NONE;
      answers.forget(visit);
      pools.aborted(connection);
    }
    visits.state[visit] = STATE.arriving;
  }

  /** An answer of the proxy's own. */
  #reply(visit: number, status: number, cause: number, flag: number): void {
    this.#end(visit, status, cause, this.#parts.visits.cluster[visit] as number, flag);
  }

  #end(visit: number, status: number, cause: number, causeCluster: number, flag: number): void {
    const { visits, retries, answers, requests, admission } = this.#parts;
    retries.release(visit);
    admission.ended(visit, true);
    const listener = visits.listener[visit] as number;
    if (this.#isServers[listener] === 0) {
      requests.flagged(visit, flag, this.#isGateways[listener] === 1);
    }
    answers.give(visit, status, cause, causeCluster, 0);
  }
}

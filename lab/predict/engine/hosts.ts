/**
 * The endpoints of each cluster, as the proxy that has it sees them: what is under way to them, whether
 * they are ejected, and which of them the workers know to be healthy.
 */
import { type Model, NONE } from '../model.ts';
import { Places } from './places.ts';
import { type Draws, PURPOSE } from './random.ts';
import { add, ints, Slots } from './rows.ts';

/** One for each endpoint of a cluster that was called. */
export class HostRows {
  readonly slots = new Slots(this);
  cluster = ints();
  host = ints();
  /** Requests that have a connection: what least request compares. */
  active = ints();
  cxActive = ints();
  cxTotal = ints();
  rqTotal = ints();
  rqError = ints();
  // Of outlier detection
  ejected = ints();
  consecutive5xx = ints();
  consecutiveGateway = ints();
  consecutiveLocal = ints();
  successes = ints();
  requests = ints();
  localSuccesses = ints();
  localRequests = ints();
  backOff = ints();
  ejectedAt = new Float64Array(64);
  returnedAt = new Float64Array(64);
  jitter = new Float64Array(64);
}

export class Hosts {
  readonly rows = new HostRows();
  /** Endpoints of each cluster. */
  counts = new Int32Array(0);
  readonly #places = new Places();
  readonly #draws: Draws;
  #bases = new Float64Array(0);
  #poolBases = new Float64Array(0);
  /** Pools that there may be. */
  pools = 0;
  /** Where each cluster's endpoints begin in the two after it: clusters share sets of them. */
  #setBases = new Int32Array(0);
  #listeners = new Int32Array(0);
  #apps = new Int32Array(0);
  #firstWorker: readonly number[] = [];
  #workers: readonly number[] = [];
  /** The healthy endpoints that a cluster's workers know; undefined where all are. */
  #healthy: (Int32Array | undefined)[] = [];

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  configure({ clusters, endpointSets, listeners, proxies }: Model, firstWorker: number[]): void {
    const all = endpointSets.flat();
    this.#listeners = Int32Array.from(all, ({ listener }) => listener);
    this.#apps = Int32Array.from(all, ({ app }) => app);
    const setBases: number[] = [];
    let setBase = 0;
    for (const { length } of endpointSets) {
      setBases.push(setBase);
      setBase += length;
    }
    this.#setBases = Int32Array.from(clusters, ({ endpoints }) => setBases[endpoints] ?? 0);
    this.counts = Int32Array.from(
      clusters,
      ({ endpoints }) => endpointSets[endpoints]?.length ?? 0,
    );
    this.#bases = new Float64Array(clusters.length);
    let base = 0;
    this.counts.forEach((count, cluster) => {
      this.#bases[cluster] = base;
      base += count;
    });
    this.#places.configure(base);
    this.#poolBases = new Float64Array(clusters.length);
    this.pools = 0;
    clusters.forEach(({ proxy }, cluster) => {
      this.#poolBases[cluster] = this.pools;
      this.pools += (proxies[proxy]?.workers ?? 1) * (this.counts[cluster] as number);
    });
    this.#firstWorker = listeners.map(({ proxy }) => firstWorker[proxy] ?? 0);
    this.#workers = listeners.map(({ proxy }) => proxies[proxy]?.workers ?? 1);
  }

  reset(): void {
    this.rows.slots.clear();
    this.#places.clear();
    this.#healthy = [];
  }

  /** The listener in front of an endpoint; NONE for none. */
  listener(cluster: number, host: number): number {
    return this.#listeners[(this.#setBases[cluster] as number) + host] as number;
  }

  /** The application that an endpoint is, where no listener is in front of it; NONE for none. */
  app(cluster: number, host: number): number {
    return this.#apps[(this.#setBases[cluster] as number) + host] as number;
  }

  /** Where a pool stands among all. @param worker among its proxy's */
  poolPlace(cluster: number, worker: number, host: number): number {
    return (this.#poolBases[cluster] as number) + worker * (this.counts[cluster] as number) + host;
  }

  isReachable(cluster: number, host: number): boolean {
    return this.listener(cluster, host) !== NONE || this.app(cluster, host) !== NONE;
  }

  rowOf(cluster: number, host: number): number {
    const place = (this.#bases[cluster] as number) + host;
    const known = this.#places.at(place);
    if (known >= 0) return known;
    const { rows } = this;
    const row = rows.slots.take();
    rows.cluster[row] = cluster;
    rows.host[row] = host;
    for (const column of [rows.active, rows.cxActive, rows.cxTotal, rows.rqTotal, rows.rqError]) {
      column[row] = 0;
    }
    for (const column of [rows.ejected, rows.consecutive5xx, rows.consecutiveGateway]) {
      column[row] = 0;
    }
    for (const column of [rows.consecutiveLocal, rows.successes, rows.requests, rows.backOff]) {
      column[row] = 0;
    }
    rows.localSuccesses[row] = 0;
    rows.localRequests[row] = 0;
    rows.returnedAt[row] = -Infinity;
    this.#places.put(place, row);
    return row;
  }

  active(cluster: number, host: number): number {
    const known = this.#places.at((this.#bases[cluster] as number) + host);
    return known < 0 ? 0 : (this.rows.active[known] as number);
  }

  attached(cluster: number, host: number): void {
    const row = this.rowOf(cluster, host);
    add(this.rows.active, row, 1);
    add(this.rows.rqTotal, row, 1);
  }

  detached(cluster: number, host: number): void {
    add(this.rows.active, this.rowOf(cluster, host), -1);
  }

  opened(cluster: number, host: number): void {
    const row = this.rowOf(cluster, host);
    add(this.rows.cxActive, row, 1);
    add(this.rows.cxTotal, row, 1);
  }

  closed(cluster: number, host: number): void {
    add(this.rows.cxActive, this.rowOf(cluster, host), -1);
  }

  /** Undefined where all are healthy. */
  healthy(cluster: number): Int32Array | undefined {
    return this.#healthy[cluster];
  }

  /** The workers come to know which endpoints are ejected. */
  tellWorkers(cluster: number): void {
    const count = this.counts[cluster] as number;
    const healthy: number[] = [];
    for (let host = 0; host < count; host += 1) {
      const known = this.#places.at((this.#bases[cluster] as number) + host);
      if (known < 0 || this.rows.ejected[known] === 0) healthy.push(host);
    }
    this.#healthy[cluster] = healthy.length === count ? undefined : Int32Array.from(healthy);
  }

  /** The kernel gives a new connection to one of the listeners that the workers have, by a hash. */
  remoteWorker(cluster: number, host: number, worker: number, ordinal: number): number {
    const listener = this.listener(cluster, host);
    if (listener === NONE) return NONE;
    const workers = this.#workers[listener] as number;
    const first = this.#firstWorker[listener] as number;
    if (workers === 1) return first;
    const place = (this.#bases[cluster] as number) + host;
    const purpose = (ordinal << 10) | (worker << 4) | PURPOSE.remoteWorker;
    return first + this.#draws.index(workers, place, purpose);
  }
}

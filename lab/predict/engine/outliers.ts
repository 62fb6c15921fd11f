/**
 * Outlier detection as Envoy 1.40 has it (source/common/upstream/outlier_detection_impl.cc): counters
 * for each endpoint in each proxy, an ejection at once, a return at a sweep.
 */
import type { Counter } from '../../../envoy/statistics.ts';
import type { Model, Outlier } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import { type Clusters, indexOf } from './clusters.ts';
import {
  CONSECUTIVE_5XX,
  CONSECUTIVE_GATEWAY,
  CONSECUTIVE_LOCAL,
  DETECTORS,
  enforcingOf,
  mostOf,
  outOfLine,
} from './detectors.ts';
import type { Hosts } from './hosts.ts';
import type { Pools } from './pools.ts';
import { type Draws, PURPOSE } from './random.ts';
import { add } from './rows.ts';
import type { HealthChange } from './run.ts';

const ENFORCED_TOTAL = indexOf('outlier_detection.ejections_enforced_total');
const OVERFLOW = indexOf('outlier_detection.ejections_overflow');
/** By detector; -1 where a run records none. */
const DETECTED = DETECTORS.map((name) =>
  indexOf(`outlier_detection.ejections_detected_${name}` as Counter),
);
const ENFORCED = DETECTORS.map((name) =>
  indexOf(`outlier_detection.ejections_enforced_${name}` as Counter),
);

const BITS = 3;

export class Outliers {
  /** Of the run so far. */
  readonly changes: HealthChange[] = [];
  ejectMs = 0;
  ejectLane = -1;
  /** How long the proxies had been there when the run began, in ms. */
  leadMs = 0;
  readonly #clock: Clock;
  readonly #clusters: Clusters;
  readonly #hosts: Hosts;
  readonly #pools: Pools;
  readonly #draws: Draws;
  #settings: (Outlier | null)[] = [];
  /** Ejected endpoints of each cluster. */
  active = new Int32Array(0);
  activePeak = new Int32Array(0);
  /** When each cluster's workers were last told, and whether they will be. */
  #toldAt = new Float64Array(0);
  #willTell = new Uint8Array(0);
  #ejections = 0;

  constructor(clock: Clock, clusters: Clusters, hosts: Hosts, pools: Pools, draws: Draws) {
    this.#clock = clock;
    this.#clusters = clusters;
    this.#hosts = hosts;
    this.#pools = pools;
    this.#draws = draws;
  }

  configure({ clusters }: Model): void {
    this.#settings = clusters.map(({ outlier }) => outlier);
    this.active = new Int32Array(clusters.length);
    this.activePeak = new Int32Array(clusters.length);
    this.#toldAt = new Float64Array(clusters.length);
    this.#willTell = new Uint8Array(clusters.length);
  }

  reset(): void {
    this.changes.length = 0;
    this.active.fill(0);
    this.activePeak.fill(0);
    this.#toldAt.fill(-Infinity);
    this.#willTell.fill(0);
    this.#ejections = 0;
    this.#settings.forEach((settings, cluster) => {
      if (settings === null) return;
      const lead = this.leadMs * (0.5 + this.#draws.share(cluster, PURPOSE.ejection));
      const first = settings.intervalMs - (lead % settings.intervalMs);
      this.#clock.at(-1, first, EVENT.sweep, cluster, 0);
    });
  }

  /** An answer came from an endpoint. */
  answered(cluster: number, host: number, status: number): void {
    const settings = this.#settings[cluster];
    if (settings === null || settings === undefined) return;
    const { errorStatuses, splitsLocal } = settings;
    const isError = errorStatuses.length === 0 ? status >= 500 : errorStatuses.includes(status);
    // A matched error counts as a 500, whatever it is (router.cc).
    const counted = errorStatuses.length === 0 ? status : isError ? 500 : 200;
    if (splitsLocal) this.#local(settings, cluster, host, false);
    this.#external(settings, cluster, host, counted);
  }

  /** No answer came: for a timeout, or because there was no connection. */
  failedLocally(cluster: number, host: number, isTimeout: boolean): void {
    const settings = this.#settings[cluster];
    if (settings === null || settings === undefined) return;
    if (settings.splitsLocal) this.#local(settings, cluster, host, true);
    else this.#external(settings, cluster, host, isTimeout ? 504 : 503);
  }

  #external(settings: Outlier, cluster: number, host: number, status: number): void {
    const { rows } = this.#hosts;
    const row = this.#hosts.rowOf(cluster, host);
    add(rows.requests, row, 1);
    if (status < 500) {
      add(rows.successes, row, 1);
      rows.consecutive5xx[row] = 0;
      rows.consecutiveGateway[row] = 0;
      return;
    }
    add(rows.rqError, row, 1);
    if (status >= 502 && status <= 504) {
      if (add(rows.consecutiveGateway, row, 1) === settings.consecutiveGateway) {
        this.#post(row, CONSECUTIVE_GATEWAY);
      }
    } else {
      rows.consecutiveGateway[row] = 0;
    }
    if (add(rows.consecutive5xx, row, 1) === settings.consecutive5xx) {
      this.#post(row, CONSECUTIVE_5XX);
    }
  }

  #local(settings: Outlier, cluster: number, host: number, failed: boolean): void {
    const { rows } = this.#hosts;
    const row = this.#hosts.rowOf(cluster, host);
    add(rows.localRequests, row, 1);
    if (!failed) {
      add(rows.localSuccesses, row, 1);
      rows.consecutiveLocal[row] = 0;
    } else if (add(rows.consecutiveLocal, row, 1) === settings.consecutiveLocal) {
      this.#post(row, CONSECUTIVE_LOCAL);
    }
  }

  /** The main thread decides. */
  #post(row: number, detector: number): void {
    const what = (row << BITS) | detector;
    this.#clock.after(this.ejectLane, this.ejectMs, EVENT.eject, what, 0);
  }

  /** The main thread has come to it. */
  decide(what: number): void {
    const row = what >> BITS;
    const detector = what & ((1 << BITS) - 1);
    const { rows } = this.#hosts;
    if (rows.ejected[row] !== 0) return;
    this.#detect(row, detector);
    if (detector === CONSECUTIVE_5XX) rows.consecutive5xx[row] = 0;
    if (detector === CONSECUTIVE_GATEWAY) rows.consecutiveGateway[row] = 0;
    if (detector === CONSECUTIVE_LOCAL) rows.consecutiveLocal[row] = 0;
  }

  #detect(row: number, detector: number): void {
    const { rows } = this.#hosts;
    const cluster = rows.cluster[row] as number;
    const settings = this.#settings[cluster] as Outlier;
    this.#count(cluster, DETECTED[detector] ?? -1);
    const hosts = this.#hosts.counts[cluster] as number;
    const active = this.active[cluster] as number;
    const mayBe =
      (active + 1) / hosts <= settings.maxEjectionShare ||
      (settings.alwaysEjectsOne && active === 0);
    if (!mayBe) {
      this.#clusters.count(cluster, OVERFLOW);
      return;
    }
    this.#ejections += 1;
    const enforcing = enforcingOf(settings, detector);
    if (this.#draws.share(this.#ejections, PURPOSE.ejection | 16) >= enforcing) return;
    const now = add(this.active, cluster, 1);
    if (now > (this.activePeak[cluster] as number)) this.activePeak[cluster] = now;
    this.#clusters.count(cluster, ENFORCED_TOTAL);
    this.#count(cluster, ENFORCED[detector] ?? -1);
    rows.ejected[row] = 1;
    rows.ejectedAt[row] = this.#clock.now;
    rows.jitter[row] =
      settings.jitterMs * this.#draws.share(this.#ejections, PURPOSE.ejection | 32);
    const backOff = rows.backOff[row] as number;
    const { baseEjectionMs } = settings;
    if (backOff * baseEjectionMs < mostOf(settings) + baseEjectionMs) {
      rows.backOff[row] = backOff + 1;
    }
    this.#changed(row, true, DETECTORS[detector] ?? '');
    this.#pools.drain(cluster, rows.host[row] as number);
  }

  #count(cluster: number, counter: number): void {
    if (counter >= 0) this.#clusters.count(cluster, counter);
  }

  /** Once an interval: who comes back, and whose rates are out of line. */
  sweep(cluster: number): void {
    const settings = this.#settings[cluster] as Outlier;
    const { rows } = this.#hosts;
    const { now } = this.#clock;
    this.#clock.at(-1, now + settings.intervalMs, EVENT.sweep, cluster, 0);
    for (let row = 0; row < rows.slots.count; row += 1) {
      if (rows.cluster[row] === cluster) this.#lookAt(row, settings, now);
    }
    this.#rates(cluster, settings);
  }

  #lookAt(row: number, settings: Outlier, now: number): void {
    const { rows } = this.#hosts;
    const backOff = rows.backOff[row] as number;
    if (rows.ejected[row] === 0) {
      const isOld = now - (rows.returnedAt[row] as number) >= settings.intervalMs;
      if (backOff > 0 && isOld) rows.backOff[row] = backOff - 1;
      return;
    }
    const most = Math.min(settings.baseEjectionMs * backOff, mostOf(settings));
    if (most + (rows.jitter[row] as number) > now - (rows.ejectedAt[row] as number)) return;
    rows.ejected[row] = 0;
    rows.returnedAt[row] = now;
    rows.consecutive5xx[row] = 0;
    rows.consecutiveGateway[row] = 0;
    rows.consecutiveLocal[row] = 0;
    add(this.active, rows.cluster[row] as number, -1);
    this.#changed(row, false, '');
  }

  /** Success rates and failure percentages of the interval that is over, which begin anew. */
  #rates(cluster: number, settings: Outlier): void {
    const { rows } = this.#hosts;
    const own: number[] = [];
    for (let row = 0; row < rows.slots.count; row += 1) {
      if (rows.cluster[row] === cluster) own.push(row);
    }
    const outliers = outOfLine(rows, own, settings);
    for (const row of own) {
      rows.requests[row] = 0;
      rows.successes[row] = 0;
    }
    for (const [row, detector] of outliers) {
      if (rows.ejected[row] === 0) this.#detect(row, detector);
    }
  }

  /**
   * The workers come to know it: at once, or, soon after an earlier change, a whole window from now
   * (update_merge_window, ClusterManagerImpl::scheduleUpdate).
   */
  #changed(row: number, ejected: boolean, reason: string): void {
    const { rows } = this.#hosts;
    const { now } = this.#clock;
    const cluster = rows.cluster[row] as number;
    this.changes.push({ atMs: now, cluster, endpoint: rows.host[row] as number, ejected, reason });
    const { mergeWindowMs } = this.#settings[cluster] as Outlier;
    if (now - (this.#toldAt[cluster] as number) > mergeWindowMs) {
      this.#willTell[cluster] = 0;
      this.#tell(cluster);
    } else if (this.#willTell[cluster] === 0) {
      this.#willTell[cluster] = 1;
      this.#clock.at(-1, now + mergeWindowMs, EVENT.membership, cluster, 0);
    }
  }

  /** The window is over. */
  mergedChange(cluster: number): void {
    if (this.#willTell[cluster] === 0) return;
    this.#willTell[cluster] = 0;
    this.#tell(cluster);
  }

  #tell(cluster: number): void {
    this.#toldAt[cluster] = this.#clock.now;
    this.#hosts.tellWorkers(cluster);
  }
}

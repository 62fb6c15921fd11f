/**
 * Outlier detection as Envoy 1.40 has it (source/common/upstream/outlier_detection_impl.cc): counters
 * for each endpoint in each proxy, an ejection at once, a return at a sweep.
 */
import { COUNTERS, type Counter } from '../../../envoy/statistics.ts';
import type { Outlier } from '../model.ts';
import { type Clock, EVENT } from './clock.ts';
import type { ClusterState } from './clusters.ts';
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
import type { HealthChange } from './run.ts';
import type { Host } from './state.ts';

/** By detector; undefined where a run records none. */
const DETECTED: readonly (Counter | undefined)[] = DETECTORS.map((name) =>
  COUNTERS.find((counter) => counter === `outlier_detection.ejections_detected_${name}`),
);
const ENFORCED: readonly (Counter | undefined)[] = DETECTORS.map((name) =>
  COUNTERS.find((counter) => counter === `outlier_detection.ejections_enforced_${name}`),
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
  readonly #hosts: Hosts;
  readonly #pools: Pools;
  readonly #draws: Draws;
  #clusters: readonly ClusterState[] = [];
  /** When each cluster's workers were last told, and whether they will be. */
  #toldAt = new Float64Array(0);
  #willTell = new Uint8Array(0);
  #ejections = 0;

  constructor(clock: Clock, hosts: Hosts, pools: Pools, draws: Draws) {
    this.#clock = clock;
    this.#hosts = hosts;
    this.#pools = pools;
    this.#draws = draws;
  }

  configure(clusters: readonly ClusterState[]): void {
    this.#clusters = clusters;
    this.#toldAt = new Float64Array(clusters.length);
    this.#willTell = new Uint8Array(clusters.length);
  }

  reset(): void {
    this.changes.length = 0;
    this.#toldAt.fill(-Infinity);
    this.#willTell.fill(0);
    this.#ejections = 0;
    for (const { index, outlier } of this.#clusters) {
      if (outlier === null) continue;
      const { intervalMs } = outlier;
      const lead = this.leadMs * (0.5 + this.#draws.share(index, PURPOSE.ejection));
      this.#clock.at(-1, intervalMs - (lead % intervalMs), EVENT.sweep, index, 0);
    }
  }

  /** An answer came from an endpoint. */
  answered(host: Host, status: number): void {
    const settings = host.cluster.outlier;
    if (settings === null) return;
    const { errorStatuses, splitsLocal } = settings;
    const isError = errorStatuses.length === 0 ? status >= 500 : errorStatuses.includes(status);
    // A matched error counts as a 500, whatever it is (router.cc).
    const counted = errorStatuses.length === 0 ? status : isError ? 500 : 200;
    if (splitsLocal) this.#local(settings, host, false);
    this.#external(settings, host, counted);
  }

  /** No answer came: for a timeout, or because there was no connection. */
  failedLocally(host: Host, isTimeout: boolean): void {
    const settings = host.cluster.outlier;
    if (settings === null) return;
    if (settings.splitsLocal) this.#local(settings, host, true);
    else this.#external(settings, host, isTimeout ? 504 : 503);
  }

  #external(settings: Outlier, host: Host, status: number): void {
    host.requests += 1;
    if (status < 500) {
      host.successes += 1;
      host.consecutive5xx = 0;
      host.consecutiveGateway = 0;
      return;
    }
    host.rqError += 1;
    if (status >= 502 && status <= 504) {
      host.consecutiveGateway += 1;
      if (host.consecutiveGateway === settings.consecutiveGateway) {
        this.#post(host, CONSECUTIVE_GATEWAY);
      }
    } else {
      host.consecutiveGateway = 0;
    }
    host.consecutive5xx += 1;
    if (host.consecutive5xx === settings.consecutive5xx) this.#post(host, CONSECUTIVE_5XX);
  }

  #local(settings: Outlier, host: Host, failed: boolean): void {
    host.localRequests += 1;
    if (!failed) {
      host.localSuccesses += 1;
      host.consecutiveLocal = 0;
      return;
    }
    host.consecutiveLocal += 1;
    if (host.consecutiveLocal === settings.consecutiveLocal) this.#post(host, CONSECUTIVE_LOCAL);
  }

  /** The main thread decides. */
  #post({ id }: Host, detector: number): void {
    const what = (id << BITS) | detector;
    this.#clock.after(this.ejectLane, this.ejectMs, EVENT.eject, what, 0);
  }

  /** The main thread has come to it. */
  decide(what: number): void {
    const host = this.#hosts.at(what >> BITS);
    const detector = what & ((1 << BITS) - 1);
    if (host.isEjected) return;
    this.#detect(host, detector);
    if (detector === CONSECUTIVE_5XX) host.consecutive5xx = 0;
    if (detector === CONSECUTIVE_GATEWAY) host.consecutiveGateway = 0;
    if (detector === CONSECUTIVE_LOCAL) host.consecutiveLocal = 0;
  }

  #detect(host: Host, detector: number): void {
    const { cluster } = host;
    const settings = cluster.outlier as Outlier;
    count(cluster, DETECTED[detector]);
    const { ejected, endpoints } = cluster;
    const mayBe =
      (ejected + 1) / endpoints.length <= settings.maxEjectionShare ||
      (settings.alwaysEjectsOne && ejected === 0);
    if (!mayBe) {
      cluster.counters['outlier_detection.ejections_overflow'] += 1;
      return;
    }
    this.#ejections += 1;
    const enforcing = enforcingOf(settings, detector);
    if (this.#draws.share(this.#ejections, PURPOSE.ejection | 16) >= enforcing) return;
    cluster.ejected += 1;
    cluster.ejectedPeak = Math.max(cluster.ejectedPeak, cluster.ejected);
    cluster.counters['outlier_detection.ejections_enforced_total'] += 1;
    count(cluster, ENFORCED[detector]);
    host.isEjected = true;
    host.ejectedMs = this.#clock.now;
    host.jitterMs = settings.jitterMs * this.#draws.share(this.#ejections, PURPOSE.ejection | 32);
    const { baseEjectionMs } = settings;
    if (host.backOff * baseEjectionMs < mostOf(settings) + baseEjectionMs) host.backOff += 1;
    this.#changed(host, true, DETECTORS[detector] ?? '');
    this.#pools.drain(host);
  }

  /** Once an interval: who comes back, and whose rates are out of line. */
  sweep(index: number): void {
    const cluster = this.#clusters[index] as ClusterState;
    const settings = cluster.outlier as Outlier;
    const { now } = this.#clock;
    this.#clock.at(-1, now + settings.intervalMs, EVENT.sweep, index, 0);
    const own = this.#hosts.called(cluster);
    for (const host of own) this.#lookAt(host, settings, now);
    this.#rates(own, settings);
  }

  #lookAt(host: Host, settings: Outlier, now: number): void {
    const { backOff, ejectedMs, jitterMs } = host;
    if (!host.isEjected) {
      const isOld = now - host.returnedMs >= settings.intervalMs;
      if (backOff > 0 && isOld) host.backOff -= 1;
      return;
    }
    const most = Math.min(settings.baseEjectionMs * backOff, mostOf(settings));
    if (most + jitterMs > now - ejectedMs) return;
    host.isEjected = false;
    host.returnedMs = now;
    host.consecutive5xx = 0;
    host.consecutiveGateway = 0;
    host.consecutiveLocal = 0;
    host.cluster.ejected -= 1;
    this.#changed(host, false, '');
  }

  /** Success rates and failure percentages of the interval that is over, which begin anew. */
  #rates(own: readonly Host[], settings: Outlier): void {
    const outliers = outOfLine(own, settings);
    for (const host of own) {
      host.requests = 0;
      host.successes = 0;
    }
    for (const [host, detector] of outliers) if (!host.isEjected) this.#detect(host, detector);
  }

  /**
   * The workers come to know it: at once, or, soon after an earlier change, a whole window from now
   * (update_merge_window, ClusterManagerImpl::scheduleUpdate).
   */
  #changed(host: Host, ejected: boolean, reason: string): void {
    const { now } = this.#clock;
    const { index, outlier } = host.cluster;
    this.changes.push({ atMs: now, cluster: index, endpoint: host.index, ejected, reason });
    const { mergeWindowMs } = outlier as Outlier;
    if (now - (this.#toldAt[index] as number) > mergeWindowMs) {
      this.#willTell[index] = 0;
      this.#tell(index);
    } else if (this.#willTell[index] === 0) {
      this.#willTell[index] = 1;
      this.#clock.at(-1, now + mergeWindowMs, EVENT.membership, index, 0);
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
    this.#hosts.tellWorkers(this.#clusters[cluster] as ClusterState);
  }
}

function count({ counters }: ClusterState, counter: Counter | undefined): void {
  if (counter !== undefined) counters[counter] += 1;
}

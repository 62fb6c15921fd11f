/**
 * Envoy's gradient controller, which finds a concurrency limit by itself: the filter
 * envoy.filters.http.adaptive_concurrency, as its documentation describes it and
 * source/extensions/filters/http/adaptive_concurrency/controller/gradient_controller.cc does it. Its
 * timers are looked at when somebody asks: what they would have done by then is done then.
 */
import { quantile } from '../../analysis/quantile.ts';

/** Shares with 1 being all. */
export interface GradientConfig {
  readonly minConcurrency: number;
  readonly maxConcurrency: number;
  /** Requests that make a measurement of the least round trip. */
  readonly requestCount: number;
  /** Which of the sampled round trips stands for all. */
  readonly percentile: number;
  /** By how much a round trip may be above the least one and still be a good one. */
  readonly buffer: number;
  /** From one measurement of the least round trip to the next, to which up to this share is added. */
  readonly measureEveryMs: number;
  readonly jitter: number;
  readonly updateEveryMs: number;
}

/** Envoy's own where it has some; the two times as in the example of its documentation. */
export const GRADIENT_DEFAULTS: GradientConfig = {
  minConcurrency: 3,
  maxConcurrency: 1000,
  requestCount: 50,
  percentile: 0.5,
  buffer: 0.25,
  measureEveryMs: 60_000,
  jitter: 0.15,
  updateEveryMs: 100,
};

/** So often at the least limit in a row, and the least round trip is measured anew. */
const TOO_OFTEN_LEAST = 5;

export class GradientController {
  readonly #config: GradientConfig;
  readonly #random: () => number;
  #limit: number;
  #underWay = 0;
  #samples: number[] = [];
  /** The limit from before the measurement that goes on; undefined where none does. */
  #deferred: number | undefined;
  #measuringSinceMs = 0;
  #leastMs = NaN;
  #measureAtMs = Infinity;
  #updateAtMs: number;
  #leastInARow = 0;

  /** @param random from 0 to 1, for the jitter */
  constructor(config: GradientConfig, random: () => number, nowMs = 0) {
    this.#config = config;
    this.#random = random;
    this.#limit = config.minConcurrency;
    this.#updateAtMs = nowMs + config.updateEveryMs;
    this.#measure(nowMs);
  }

  limitAt(nowMs: number): number {
    this.#advance(nowMs);
    return this.#limit;
  }

  get isMeasuring(): boolean {
    return this.#deferred !== undefined;
  }

  /** The least round trip that was measured; NaN before the first measurement. */
  get leastMs(): number {
    return this.#leastMs;
  }

  /** Whether a request goes on; it counts as under way then. */
  admit(nowMs: number): boolean {
    this.#advance(nowMs);
    if (this.#underWay >= this.#limit) return false;
    this.#underWay += 1;
    return true;
  }

  /** A request that was let through has its answer. */
  complete(nowMs: number, sentMs: number): void {
    this.#advance(nowMs);
    this.#underWay -= 1;
    // What began before the measurement tells nothing of it.
    if (sentMs < this.#measuringSinceMs) return;
    this.#samples.push(nowMs - sentMs);
    if (this.#deferred !== undefined && this.#samples.length >= this.#config.requestCount) {
      this.#endMeasurement(nowMs, this.#deferred);
    }
  }

  /** A request that was let through was given up. */
  cancel(): void {
    this.#underWay -= 1;
  }

  #advance(nowMs: number): void {
    for (;;) {
      if (this.#measureAtMs <= Math.min(nowMs, this.#updateAtMs)) {
        const at = this.#measureAtMs;
        this.#measureAtMs = Infinity;
        this.#measure(at);
      } else if (this.#updateAtMs <= nowMs) {
        this.#update();
      } else return;
    }
  }

  #measure(nowMs: number): void {
    if (this.#deferred !== undefined) return;
    this.#deferred = this.#limit;
    this.#setLimit(this.#config.minConcurrency, nowMs);
    this.#samples = [];
    this.#measuringSinceMs = nowMs;
  }

  #endMeasurement(nowMs: number, limit: number): void {
    const { measureEveryMs, jitter, updateEveryMs } = this.#config;
    this.#leastMs = this.#sampled();
    this.#setLimit(limit, nowMs);
    this.#deferred = undefined;
    this.#measureAtMs = nowMs + measureEveryMs * (1 + jitter * this.#random());
    this.#updateAtMs = nowMs + updateEveryMs;
  }

  #update(): void {
    // While the least round trip is measured the timer rests; the measurement's end sets it again.
    if (this.#deferred !== undefined) {
      this.#updateAtMs = Infinity;
      return;
    }
    const at = this.#updateAtMs;
    this.#updateAtMs += this.#config.updateEveryMs;
    if (this.#samples.length === 0) return;
    const { buffer, minConcurrency, maxConcurrency } = this.#config;
    const gradient = (this.#leastMs * (1 + buffer)) / this.#sampled();
    const limit = this.#limit * Math.max(0.5, Math.min(2, gradient));
    const headroom = Math.sqrt(limit);
    const whole = Math.floor(limit + headroom);
    this.#setLimit(Math.max(minConcurrency, Math.min(maxConcurrency, whole)), at);
  }

  #sampled(): number {
    const sorted = Float64Array.from(this.#samples).sort();
    this.#samples = [];
    return quantile(sorted, this.#config.percentile);
  }

  #setLimit(limit: number, nowMs: number): void {
    const { minConcurrency } = this.#config;
    const isLeast = this.#limit === minConcurrency && limit === minConcurrency;
    this.#leastInARow = isLeast && this.#deferred === undefined ? this.#leastInARow + 1 : 0;
    this.#limit = limit;
    if (this.#leastInARow >= TOO_OFTEN_LEAST) this.#measureAtMs = nowMs;
  }
}

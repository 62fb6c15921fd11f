/** An open loop of independent requests, as many users make it: the times between them are exponential. */
import type { Env } from '../common/env.ts';
import { type Random, seededRandom } from '../common/random.ts';
import { parseRate, RATE_HINT } from '../common/schedule.ts';
import { CLIENT, CLIENT_DEFAULTS } from '../contract.ts';
import { type Bounds, readBounds, runOpenLoop } from './openLoop.ts';
import type { Traffic } from './traffic.ts';

export interface Poisson extends Bounds {
  /** The mean of requests per second. */
  readonly perSecond: number;
  /** The same seed gives the same times. */
  readonly seed: number | undefined;
}

export function readPoisson(env: Env): Poisson {
  const perSecond = env.parse(CLIENT.rate, NaN, RATE_HINT, readRate);
  return {
    ...readBounds(env),
    perSecond: Number.isNaN(perSecond) ? (parseRate(CLIENT_DEFAULTS.rate) ?? 0) : perSecond,
    seed: env.has(CLIENT.seed) ? env.integer(CLIENT.seed, 0, 0, 2 ** 32 - 1) : undefined,
  };
}

/** A rate at which something is sent. */
export function readRate(text: string): number | undefined {
  const perSecond = parseRate(text);
  return perSecond === 0 ? undefined : perSecond;
}

export function runPoisson(load: Poisson, traffic: Traffic): Promise<void> {
  const random = load.seed === undefined ? Math.random : seededRandom(load.seed);
  return runOpenLoop(arrivals(load.perSecond, random), load, traffic);
}

/** Ms since the start. */
export function* arrivals(perSecond: number, random: Random): Iterable<number> {
  for (let atMs = 0; ;) {
    // 1 - random() lies in (0, 1], of which the logarithm is finite.
    atMs -= (Math.log(1 - random()) / perSecond) * 1000;
    yield atMs;
  }
}

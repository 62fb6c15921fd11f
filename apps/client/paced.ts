/** An open loop with the same time between all requests. */
import type { Env } from '../common/env.ts';
import { CLIENT, LOADS } from '../contract.ts';
import { type Bounds, readBounds, runOpenLoop } from './openLoop.ts';
import type { Traffic } from './traffic.ts';

export interface Pace extends Bounds {
  readonly intervalMs: number;
}

export function readPace(env: Env): Pace {
  return {
    ...readBounds(env),
    intervalMs: env.duration(CLIENT.interval, LOADS.paced.interval, MICROSECOND),
  };
}

/** Nobody can keep a pace below this. */
const MICROSECOND = 0.001;

export function runPaced(load: Pace, traffic: Traffic): Promise<void> {
  return runOpenLoop(evenly(load.intervalMs), load, traffic);
}

function* evenly(intervalMs: number): Iterable<number> {
  for (let index = 0; ; index += 1) yield index * intervalMs;
}

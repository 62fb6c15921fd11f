/** An open loop with one rate after the other: how a service takes a rush. */
import { EnvError, type Env } from '../common/env.ts';
import { parseSteps, type Step, STEPS_HINT } from '../common/schedule.ts';
import { CLIENT } from '../contract.ts';
import { type Bounds, readBounds, runOpenLoop } from './openLoop.ts';
import type { Traffic } from './traffic.ts';

export interface Steps extends Bounds {
  readonly steps: readonly Step[];
}

/** As many requests as the steps have: no further bound is needed. */
export function readSteps(env: Env): Steps {
  const steps = env.parse(CLIENT.steps, undefined, STEPS_HINT, parseSteps);
  if (steps === undefined) throw new EnvError(`${CLIENT.steps} must be ${STEPS_HINT}`);
  const bounds = readBounds(env);
  const requests = env.has(CLIENT.requests) ? bounds.requests : Infinity;
  return { ...bounds, requests, steps };
}

export function runSteps(load: Steps, traffic: Traffic): Promise<void> {
  return runOpenLoop(stepwise(load.steps), load, traffic);
}

/** Evenly in each step, from its start. */
export function* stepwise(steps: readonly Step[]): Iterable<number> {
  let startMs = 0;
  for (const { perSecond, forMs } of steps) {
    const count = Math.ceil(Number(((perSecond * forMs) / 1000).toFixed(6)));
    for (let index = 0; index < count; index += 1) yield startMs + (index / perSecond) * 1000;
    startMs += forMs;
  }
}

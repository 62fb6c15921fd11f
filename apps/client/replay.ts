/** An open loop with given times: what a log says came in. */
import { EnvError, type Env } from '../common/env.ts';
import { parseSendAt, SEND_AT_HINT } from '../common/schedule.ts';
import { CLIENT } from '../contract.ts';
import { type Bounds, readBounds, runOpenLoop } from './openLoop.ts';
import type { Traffic } from './traffic.ts';

export interface Replay extends Bounds {
  /** Since the start. */
  readonly sendAtMs: readonly number[];
}

export function readReplay(env: Env): Replay {
  const sendAtMs = env.parse(CLIENT.sendAt, undefined, SEND_AT_HINT, parseSendAt);
  if (sendAtMs === undefined) throw new EnvError(`${CLIENT.sendAt} must be ${SEND_AT_HINT}`);
  return { ...readBounds(env), requests: sendAtMs.length, sendAtMs };
}

export function runReplay(load: Replay, traffic: Traffic): Promise<void> {
  return runOpenLoop(load.sendAtMs, load, traffic);
}

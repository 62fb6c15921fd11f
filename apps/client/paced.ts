/** An open loop: requests leave on a schedule, whatever becomes of the earlier ones. */
import { sleepUntil } from '../common/clock.ts';
import type { Env } from '../common/env.ts';
import { CLIENT, CLIENT_DEFAULTS, LOADS } from '../contract.ts';
import type { Traffic } from './traffic.ts';

export interface Pace {
  /** Infinity for a client that goes on until it is stopped. */
  readonly requests: number;
  readonly intervalMs: number;
  /** Requests that may be under way at once; one that comes due beyond is recorded, not sent. */
  readonly maxInFlight: number;
}

export function readPace(env: Env): Pace {
  return {
    requests: env.integer(CLIENT.requests, CLIENT_DEFAULTS.requests, 0, 1_000_000) || Infinity,
    intervalMs: env.duration(CLIENT.interval, LOADS.paced.interval, 1),
    maxInFlight: env.integer(CLIENT.maxInFlight, CLIENT_DEFAULTS.maxInFlight, 1, 10_000),
  };
}

/**
 * Request k is due at start + k * interval and counts as sent then, also where the client itself
 * was late: a stall shows in the latencies of all requests that it delayed, instead of hiding
 * those that were not sent in time ("coordinated omission").
 */
export async function runPaced(load: Pace, traffic: Traffic): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (let index = 0; index < load.requests; index++) {
    const due = traffic.startAt + index * load.intervalMs;
    await sleepUntil(due, traffic.stop);
    if (traffic.stop.aborted) break;
    if (index === 0) traffic.begin(0, load.requests);
    if (traffic.inFlight >= load.maxInFlight) {
      traffic.recordUnsent(0, index, due, 'MAX_IN_FLIGHT');
      continue;
    }
    const opened = traffic.open(0, index);
    opened.exchange.send(due);
    const recorded = traffic.record([opened]).finally(() => underWay.delete(recorded));
    underWay.add(recorded);
  }
  await Promise.all(underWay);
}

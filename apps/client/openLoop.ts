/** An open loop: requests leave when they are due, whatever becomes of the earlier ones. */
import { sleepUntil } from '../common/clock.ts';
import type { Env } from '../common/env.ts';
import { CLIENT, CLIENT_DEFAULTS } from '../contract.ts';
import type { Traffic } from './traffic.ts';

/** What every open loop is told. */
export interface Bounds {
  /** Infinity for a client that goes on until it is stopped, or its time is over. */
  readonly requests: number;
  /** How long requests are due; Infinity for without an end. */
  readonly durationMs: number;
  /** Requests that may be under way at once; one that comes due beyond is recorded, not sent. */
  readonly maxInFlight: number;
}

export function readBounds(env: Env): Bounds {
  return {
    ...readExtent(env, 0),
    maxInFlight: env.integer(CLIENT.maxInFlight, CLIENT_DEFAULTS.maxInFlight, 1, 10_000),
  };
}

/**
 * How many requests there are, and for how long: where a time is given, as many as go into it unless a
 * number is given, too.
 *
 * @param least of the number of requests: 0 where that may stand for without an end
 */
export function readExtent(env: Env, least: 0 | 1): Pick<Bounds, 'requests' | 'durationMs'> {
  const durationMs = env.duration(CLIENT.duration, '0s') || Infinity;
  const isTimed = durationMs < Infinity && !env.has(CLIENT.requests);
  const requests = isTimed
    ? 0
    : env.integer(CLIENT.requests, CLIENT_DEFAULTS.requests, least, 1_000_000);
  return { requests: requests || Infinity, durationMs };
}

/**
 * A request counts as sent when it was due, also where the client itself was late: a stall shows in the
 * latencies of all requests that it delayed, instead of hiding those that were not sent in time
 * ("coordinated omission").
 *
 * @param dues ms since the start, none before the one ahead of it
 */
export async function runOpenLoop(
  dues: Iterable<number>,
  { requests, durationMs, maxInFlight }: Bounds,
  traffic: Traffic,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let index = 0;
  for (const dueMs of dues) {
    if (index === requests || dueMs >= durationMs) break;
    const due = traffic.startAt + dueMs;
    await sleepUntil(due, traffic.stop);
    if (traffic.stop.aborted) break;
    if (index === 0) traffic.begin(0, requests);
    if (traffic.inFlight >= maxInFlight) {
      traffic.recordUnsent(0, index, due, 'MAX_IN_FLIGHT');
    } else {
      const opened = traffic.open(0, index);
      opened.exchange.send(due);
      const recorded = traffic.record([opened]).finally(() => underWay.delete(recorded));
      underWay.add(recorded);
    }
    index += 1;
  }
  await Promise.all(underWay);
}

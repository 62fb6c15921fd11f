/** An open loop: requests leave on a schedule, whatever becomes of the earlier ones. */
import { sleepUntil } from '../common/clock.ts';
import type { PacedLoad } from './settings.ts';
import type { Traffic } from './traffic.ts';

/**
 * Request k is due at start + k * interval and counts as sent then, also where the client itself
 * was late: a stall shows in the latencies of all requests that it delayed, instead of hiding
 * those that were not sent in time ("coordinated omission").
 */
export async function runPaced(load: PacedLoad, traffic: Traffic): Promise<void> {
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

/** How soon proxies hand over the lines of their access logs. */
import type { Plan } from '../mesh/plan.ts';

const LEAST_MS = 25;
const MOST_MS = 100;
/** From Envoy, when it hands a line over, to the lab. */
const WAY_MS = 175;

/**
 * Milliseconds. Each proxy wakes up for it, whether it has lines or not, so many proxies do it less often:
 * a hundred of them, every 25 ms, take a third of an idle processor and more of a busy one.
 */
export function flushMs({ servers, clients, gateways, standalone }: Plan): number {
  const sidecars = [...servers, ...clients].filter(({ pod }) => pod.proxy === 'sidecar');
  const proxies = sidecars.length + gateways.length + standalone.length;
  return Math.min(MOST_MS, Math.max(LEAST_MS, proxies));
}

/** Within which the lab has a proxy's line of a request that has ended, in ms. */
export function loggedMs(plan: Plan): number {
  return flushMs(plan) + WAY_MS;
}

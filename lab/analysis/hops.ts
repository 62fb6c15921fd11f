/**
 * A request's way through a chain of services: the calls that servers made for it, each with what its
 * caller's proxy and the called server's proxies logged. One request id ties all of them together.
 */
import type { AccessLogEntry } from '../../envoy/accessLog.ts';
import { shortName } from '../../envoy/clusterName.ts';
import type { Role } from '../../experiment/roles.ts';

/** A line that a pod's proxy logged. */
export interface ProxyLog {
  readonly pod: string;
  readonly role: Role;
  readonly entry: AccessLogEntry;
}

/** From one proxy to the servers that it sent a request to, retries included. */
export interface Hop {
  /** What the caller's proxy logged; undefined for a caller without one. */
  readonly caller: ProxyLog | undefined;
  /** Every attempt that reached a server's proxy, in the order of their starts. */
  readonly attempts: readonly ProxyLog[];
}

export interface Way {
  /** From the client's proxy, or the gateway that it asks. */
  readonly first: Hop;
  /** The calls of servers, in the order of their starts; none for a server that calls nobody. */
  readonly further: readonly Hop[];
}

/** @param logs all that was logged for one request */
export function wayOf(logs: readonly ProxyLog[]): Way {
  const ofOthers = logs.filter(({ role }) => role !== 'server').sort(nearestFirst);
  const [outermost] = ofOthers;
  // A client with a proxy may ask a gateway: that is who chose the server, or refused.
  const near = ofOthers.findLast(({ entry }) => entry.authority === outermost?.entry.authority);
  const ofServers = logs.filter(({ role }) => role === 'server').sort(byStart);
  const beyond = ofOthers.filter((log) => log.entry.authority !== near?.entry.authority);
  const callers = [...ofServers.filter(isCall), ...beyond].sort(byStart);
  const arrived = ofServers.filter((log) => !isCall(log));
  const attempts = Map.groupBy(arrived, (log) => callerOf(log, callers, near));
  return {
    first: { caller: near, attempts: attempts.get(undefined) ?? [] },
    further: callers.map((caller) => ({ caller, attempts: attempts.get(caller) ?? [] })),
  };
}

/** Each proxy's lines are read by themselves: what stands where says nothing. */
function byStart(a: ProxyLog, b: ProxyLog): number {
  return startOf(a) - startOf(b);
}

/** The client's own proxy before the gateways, which may begin in the same millisecond. */
function nearestFirst(a: ProxyLog, b: ProxyLog): number {
  const rank = ({ role }: ProxyLog): number => (role === 'client' ? 0 : 1);
  return rank(a) - rank(b) || byStart(a, b);
}

function startOf({ entry }: ProxyLog): number {
  return Date.parse(entry.startTime);
}

/**
 * Whether a server's proxy sent it on for the server, in place of letting it in. Without a cluster it
 * found no route, which only outbound can happen; an overflow without one is of an old Envoy's inbound.
 */
function isCall({ entry: { upstreamCluster, flags } }: ProxyLog): boolean {
  if (upstreamCluster !== undefined) return !upstreamCluster.startsWith('inbound|');
  return flags.split(',').some((flag) => flag === 'NR' || flag === 'NC' || flag === 'FI');
}

/**
 * The server's call that an attempt belongs to: of those for the same host, the one that was under way;
 * undefined for what the client asked for.
 */
function callerOf(
  arrived: ProxyLog,
  callers: readonly ProxyLog[],
  near: ProxyLog | undefined,
): ProxyLog | undefined {
  const same = callers.filter(({ entry }) => entry.authority === arrived.entry.authority);
  const away = (caller: ProxyLog): number => {
    const begun = startOf(caller);
    const ended = begun + caller.entry.durationMs;
    return Math.max(0, begun - startOf(arrived), startOf(arrived) - ended);
  };
  if (near?.entry.authority === arrived.entry.authority) same.unshift(near);
  const [nearest] = same.toSorted((a, b) => away(a) - away(b) || startOf(b) - startOf(a));
  return nearest === near ? undefined : nearest;
}

/** The service that a call was for: `ratings`, or the host where no cluster was chosen. */
export function calledOf({ entry: { upstreamCluster, authority } }: ProxyLog): string {
  const host = shortName(upstreamCluster ?? '').split('|')[3];
  return host === undefined || host === '' ? (authority.split(':')[0] ?? '') : host;
}

/**
 * The connections of bytes on a request's way. A proxy that passes bytes on logs a line for each
 * connection, when it ends, and knows nothing of requests: what client and proxies both know are the
 * connection's two ends. From the client's own end the way leads on by each proxy's end of its
 * upstream connection, which is what the next proxy is called from.
 */
import { type AccessLogEntry, isOfBytes } from '../../envoy/accessLog.ts';
import type { ClientResponse } from '../../apps/contract.ts';
import type { ProxyLog } from './hops.ts';

/**
 * A port is taken again long after it was let go: by how much a line's times may miss the request's,
 * as clocks of two machines do, and a request that waits for the other connections of its batch.
 */
const NEAR_MS = 10_000;

/**
 * The lines with those of connections in the name of the requests that they carried: one of several
 * requests once for each. A line that is nobody's for certain is left as it is, without a request.
 */
export function withConnections(
  logs: readonly ProxyLog[],
  responses: readonly ClientResponse[],
): readonly ProxyLog[] {
  const bytes = logs.filter(({ entry }) => isOfBytes(entry));
  if (bytes.length === 0) return logs;
  const byCaller = Map.groupBy(bytes, ({ entry }) => entry.downstreamRemoteAddress);
  const carried = responses.flatMap(({ id, from, sentAt, endedAt }) => {
    const way: ProxyLog[] = [];
    for (let end = from; end !== undefined;) {
      const next = nearest(byCaller.get(end) ?? [], sentAt, endedAt);
      if (next === undefined || way.includes(next)) break;
      way.push(next);
      end = next.entry.upstreamLocalAddress;
    }
    return way.map((log): ProxyLog => ({ ...log, entry: { ...log.entry, requestId: id } }));
  });
  return [...logs.filter(({ entry }) => !isOfBytes(entry)), ...carried];
}

/** The one that was open while the request was under way, within reason. */
function nearest(
  lines: readonly ProxyLog[],
  sentAt: number,
  endedAt: number,
): ProxyLog | undefined {
  const [found] = lines
    .map((log) => ({ log, missedBy: missed(log.entry, sentAt, endedAt) }))
    .filter(({ missedBy }) => missedBy <= NEAR_MS)
    .sort((a, b) => a.missedBy - b.missedBy);
  return found?.log;
}

/** By how much the line's times miss the request's, in ms; 0 where they overlap. */
function missed(
  { startTime, durationMs }: AccessLogEntry,
  sentAt: number,
  endedAt: number,
): number {
  const begun = Date.parse(startTime);
  return Math.max(0, begun - endedAt, sentAt - (begun + durationMs));
}

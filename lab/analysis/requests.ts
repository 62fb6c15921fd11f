/** The requests of a run: what the clients recorded, joined with what the proxies logged. */
import { type AccessLogEntry, isOfBytes } from '../../envoy/accessLog.ts';
import type { LimitsOf } from './attribution.ts';
import { judgeOf } from './blame.ts';
import { type Hop, type ProxyLog, wayOf } from './hops.ts';
import type { ClientResponse } from '../../apps/contract.ts';
import type { Request } from '../../experiment/observation.ts';
import { type ConnectionUse, firstWarmBatch } from './warmUp.ts';

export type { ProxyLog };

export interface Records {
  /** The run's start, epoch ms. */
  readonly startedAt: number;
  /** Batches that every client has finished. */
  readonly batches: number;
  /** Whether there are cold batches at all: only a batch load has them. */
  readonly warmsUp: boolean;
  readonly responses: readonly ClientResponse[];
  readonly logs: readonly ProxyLog[];
  /** The pod behind `ip:port` of an upstream host. */
  readonly podAt: (upstreamHost: string) => string;
  /** The workload of a pod; its own id where unset. */
  readonly workloadOf?: (pod: string) => string;
  /** The clients whose proxies pass bytes on, and log no request. */
  readonly overTcp?: ReadonlySet<string>;
  /** The limits of the cluster that an entry of a pod's proxy is about. */
  readonly limitsOf: (pod: string, entry: AccessLogEntry) => ReturnType<LimitsOf>;
}

/** Every request of the finished batches, in the order they were sent. */
export function requestsOf(records: Records): Request[] {
  const { startedAt, batches, responses } = records;
  const logs = byRequest(records.logs);
  const finished = responses
    .filter(({ batch }) => batch < batches)
    .sort((a, b) => a.sentAt - b.sentAt);
  const firstWarm = records.warmsUp ? firstWarmBatch(batches, connectionUses(finished, logs)) : 0;
  const blame = judgeOf(records, peakConcurrency(finished));

  return finished.map((response): Request => {
    const own = logs.get(requestKey(response.id)) ?? [];
    const way = wayOf(own);
    const { caller: near, attempts: far } = way.first;
    const upstream = near?.entry.upstreamHost;
    return {
      id: response.id,
      client: response.client,
      batch: response.batch,
      warmUp: response.batch < firstWarm,
      sentMs: milliseconds(response.sentAt - startedAt),
      endedMs: milliseconds(response.endedAt - startedAt),
      ...waited(way.first),
      status: response.status,
      flags: { client: near?.entry.flags ?? null, server: far.at(-1)?.entry.flags ?? null },
      endpoint: upstream === undefined ? (far.at(-1)?.pod ?? null) : records.podAt(upstream),
      attempts: far.length,
      ...blame(response, way),
      ...(response.error !== undefined && { error: response.error }),
    };
  });
}

/** What one log counts and the other does not; both count whole milliseconds. */
function waited({ caller, attempts }: Hop): Pick<Request, 'waitedMs'> {
  const [only, ...others] = attempts;
  if (caller === undefined || only === undefined || others.length > 0) return {};
  if (isOfBytes(caller.entry)) return {};
  return { waitedMs: Math.max(0, caller.entry.durationMs - only.entry.durationMs) };
}

/** The most requests that were under way at the same moment. */
function peakConcurrency(responses: readonly ClientResponse[]): number {
  const changes = responses
    .flatMap(({ sentAt, endedAt }) => [
      { at: sentAt, by: 1 },
      { at: endedAt, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.by - a.by);
  let now = 0;
  return changes.reduce((peak, { by }) => Math.max(peak, (now += by)), 0);
}

/** What the proxies logged, by request. */
export function byRequest(logs: readonly ProxyLog[]): Map<string, ProxyLog[]> {
  return Map.groupBy(logs, ({ entry }) => requestKey(entry.requestId));
}

/**
 * A request id without its fifteenth character: Envoy writes there whether the request is traced
 * (envoy.extensions.request_id.uuid.v3, pack_trace_reason), as Istio lets one in a hundred be.
 */
export function requestKey(id: string): string {
  return `${id.slice(0, 14)}${id.slice(15)}`;
}

/**
 * The upstream connections that the requests of each batch used, in every proxy on their way. Those of
 * bytes are in no pool: each is of one connection of a client.
 */
export function connectionUses(
  responses: readonly ClientResponse[],
  logs: ReadonlyMap<string, readonly ProxyLog[]>,
): ConnectionUse[] {
  return responses.flatMap(({ id, batch }) =>
    (logs.get(requestKey(id)) ?? []).flatMap(({ pod, entry }) =>
      entry.upstreamLocalAddress === undefined || isOfBytes(entry)
        ? []
        : [{ batch, proxy: pod, connection: entry.upstreamLocalAddress }],
    ),
  );
}

/** To a thousandth. */
export function milliseconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}

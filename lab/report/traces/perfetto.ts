/**
 * A run for Perfetto: a process for each pod, in it a track for each request that was under way at the
 * same time, counters of its proxy's connections and waiting requests beside their limits, and an
 * arrow from each client's request to the server that answered it. Times are of the run.
 */
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { shortName } from '../../../envoy/clusterName.ts';
import { UNLIMITED } from '../../../envoy/thresholds.ts';
import type { Cluster, Observation, Request } from '../../../experiment/observation.ts';
import { packed } from '../html/bars.ts';
import { reachedMs } from './reached.ts';

const COUNTERS = [
  { gauge: 'upstream_cx_active', limit: 'max_connections' },
  { gauge: 'upstream_rq_pending_active', limit: 'max_pending_requests' },
] as const;

/** As TrackEvent.Type has them. */
const TYPE = { begin: 1, end: 2, counter: 4 } as const;

interface Slice {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly notes: Readonly<Record<string, string | number | null>>;
  readonly flow?: { readonly id: number; readonly ends: boolean };
  readonly inner?: { readonly name: string; readonly toMs: number };
}

export function perfettoTrace(observation: Observation): Uint8Array {
  const { requests, proxies, durationMs } = observation;
  const trace = new TraceBuilder();
  const flows = new Map(requests.map((request, index) => [request, index + 1]));
  const pods = new Set([
    ...requests.map(({ client }) => client),
    ...proxies.map(({ pod }) => pod),
    ...requests.flatMap(({ endpoint }) => endpoint ?? []),
  ]);
  for (const pod of pods) {
    const own = trace.process(pod);
    const sent = requests.filter(({ client }) => client === pod);
    for (const [slot, row] of packed(sent).entries()) {
      const track = trace.track(own, `request ${slot + 1}`);
      for (const request of row) trace.slice(track, clientSlice(request, flows.get(request) ?? 0));
    }
    // Without both proxies' logs nobody knows when it was reached.
    const served = requests
      .filter(({ endpoint, waitedMs }) => endpoint === pod && waitedMs !== undefined)
      .map((request) => ({ ...request, sentMs: reachedMs(request), of: request }));
    for (const [slot, row] of packed(served).entries()) {
      const track = trace.track(own, `connection ${slot + 1}`);
      for (const one of row as typeof served) {
        trace.slice(track, {
          name: `serves ${one.client}`,
          ...{ fromMs: one.sentMs, toMs: one.endedMs, notes: { id: one.id } },
          flow: { id: flows.get(one.of) ?? 0, ends: true },
        });
      }
    }
    for (const cluster of proxies.filter((one) => one.pod === pod).flatMap((one) => one.clusters)) {
      countersOf(trace, own, cluster, durationMs);
    }
  }
  return trace.encoded();
}

function clientSlice(request: Request, flow: number): Slice {
  const { id, batch, status, refusedBy, flags, endpoint, waitedMs, sentMs, endedMs } = request;
  return {
    name: refusedBy === null ? String(status) : `${status} ${refusedBy}`,
    ...{ fromMs: sentMs, toMs: endedMs },
    notes: {
      ...{ id, batch: batch + 1, status, refusedBy, endpoint, waitedMs: waitedMs ?? null },
      ...{ flagOfClient: flags.client, flagOfServer: flags.server },
    },
    ...(waitedMs !== undefined && { flow: { id: flow, ends: false } }),
    ...(waitedMs !== undefined &&
      waitedMs > 0 && { inner: { name: 'waits in the pool', toMs: reachedMs(request) } }),
  };
}

function countersOf(trace: TraceBuilder, process: number, cluster: Cluster, endMs: number): void {
  for (const { gauge, limit } of COUNTERS) {
    const series = cluster.gauges[gauge];
    if (series === undefined) continue;
    const track = trace.track(process, `${shortName(cluster.name)} ${gauge}`, true);
    for (const [index, atMs] of series.atMs.entries()) {
      trace.counter(track, atMs, series.value[index] ?? 0);
    }
    const most = cluster.thresholds[limit];
    if (most === UNLIMITED) continue;
    const line = trace.track(process, `${shortName(cluster.name)} ${limit}`, true);
    trace.counter(line, 0, most);
    trace.counter(line, endMs, most);
  }
}

class TraceBuilder {
  readonly #packets: object[] = [];
  #tracks = 0;
  #processes = 0;

  process(name: string): number {
    this.#processes += 1;
    return this.#track({ process: { pid: this.#processes, process_name: name } });
  }

  track(parent: number, name: string, counts = false): number {
    return this.#track({ name, parent_uuid: parent, ...(counts && { counter: {} }) });
  }

  slice(track: number, { name, fromMs, toMs, notes, flow, inner }: Slice): void {
    this.#event(fromMs, {
      ...{ type: TYPE.begin, track_uuid: track, name, categories: ['request'] },
      debug_annotations: Object.entries(notes).flatMap(([key, value]) => annotation(key, value)),
      ...(flow?.ends === false && { flow_ids: [flow.id] }),
      ...(flow?.ends === true && { terminating_flow_ids: [flow.id] }),
    });
    if (inner !== undefined) {
      this.#event(fromMs, {
        ...{ type: TYPE.begin, track_uuid: track, name: inner.name, categories: ['pool'] },
      });
      this.#event(inner.toMs, { type: TYPE.end, track_uuid: track });
    }
    this.#event(toMs, { type: TYPE.end, track_uuid: track });
  }

  counter(track: number, atMs: number, value: number): void {
    this.#event(atMs, { type: TYPE.counter, track_uuid: track, counter_value: value });
  }

  encoded(): Uint8Array {
    const proto = readFileSync(new URL('perfetto.proto', import.meta.url), 'utf8');
    const { root } = protobuf.parse(proto, { keepCase: true });
    const type = root.lookupType('perfetto.protos.Trace');
    return type.encode(type.fromObject({ packet: this.#packets })).finish();
  }

  #track(descriptor: object): number {
    this.#tracks += 1;
    this.#packets.push({ track_descriptor: { uuid: this.#tracks, ...descriptor } });
    return this.#tracks;
  }

  #event(atMs: number, event: object): void {
    this.#packets.push({
      timestamp: Math.round(Math.max(0, atMs) * 1e6),
      trusted_packet_sequence_id: 1,
      track_event: event,
    });
  }
}

function annotation(name: string, value: string | number | null): object[] {
  if (value === null) return [];
  return [typeof value === 'string' ? { name, string_value: value } : { name, int_value: value }];
}

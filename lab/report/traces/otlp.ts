/**
 * A run as OpenTelemetry's traces, one JSON line for each request (opentelemetry.io, File Exporter):
 * the client's span, in it the waiting in its proxy's pool, and the server's.
 */
import { createHash } from 'node:crypto';
import type { Observation, Request } from '../../../experiment/observation.ts';
import { workloadName } from '../../analysis/topology.ts';
import { reachedMs } from './reached.ts';

/** As opentelemetry.proto.trace.v1 numbers them. */
const KIND = { internal: 1, server: 2, client: 3 } as const;
const STATUS_ERROR = 2;

export function otlpLines(observation: Observation): string {
  const startedAt = BigInt(Date.parse(observation.startedAt));
  return observation.requests
    .map((request) => `${JSON.stringify({ resourceSpans: spansOf(request, startedAt) })}\n`)
    .join('');
}

function spansOf(request: Request, startedAt: bigint): object[] {
  const { id, client, endpoint, batch, status, flags, refusedBy, attempts, hop } = request;
  const { sentMs, endedMs, waitedMs } = request;
  const at = (ms: number): string =>
    String(startedAt * 1_000_000n + BigInt(Math.round(ms * 1_000_000)));
  const span = (
    name: string,
    kind: number,
    fromMs: number,
    toMs: number,
    more: object,
  ): object => ({
    traceId: hex(id, 32),
    spanId: hex(`${id} ${name}`, 16),
    ...{ name, kind, startTimeUnixNano: at(fromMs), endTimeUnixNano: at(toMs) },
    ...more,
  });
  const child = { parentSpanId: hex(`${id} request`, 16) };
  const spans = [
    span('request', KIND.client, sentMs, endedMs, {
      attributes: attributes({
        'http.response.status_code': status,
        'circuit_lab.refused_by': refusedBy,
        'circuit_lab.hop': hop === undefined ? null : `${hop.caller} -> ${hop.called}`,
        'circuit_lab.flags.client': flags.client,
        'circuit_lab.flags.server': flags.server,
        'circuit_lab.batch': batch + 1,
        'circuit_lab.attempts': attempts,
        'circuit_lab.endpoint': endpoint,
      }),
      status: refusedBy === null ? {} : { code: STATUS_ERROR, message: refusedBy },
    }),
    ...(waitedMs === undefined
      ? []
      : [span('wait in the pool', KIND.internal, sentMs, reachedMs(request), child)]),
  ];
  const served =
    endpoint === null || waitedMs === undefined
      ? []
      : [resource(endpoint, [span('serve', KIND.server, reachedMs(request), endedMs, child)])];
  return [resource(client, spans), ...served];
}

function resource(pod: string, spans: readonly object[]): object {
  return {
    resource: {
      attributes: attributes({
        'service.name': workloadName(pod).split('/').at(-1) ?? pod,
        'k8s.pod.name': pod,
      }),
    },
    scopeSpans: [{ scope: { name: 'circuit-lab' }, spans }],
  };
}

function attributes(of: Readonly<Record<string, string | number | null>>): object[] {
  return Object.entries(of).flatMap(([key, value]) => {
    if (value === null || value === '') return [];
    // 64-bit integers are text in the JSON of protocol buffers.
    return [
      {
        key,
        value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
      },
    ];
  });
}

/** An id of so many hexadecimal digits: of any text the same one each time. */
function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

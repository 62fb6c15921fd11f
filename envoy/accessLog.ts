/**
 * Reads Istio's default access log in both its encodings, TEXT and JSON
 * (istio.io/docs/tasks/observability/logs/access-log). In text, fields are separated by blanks;
 * those that may hold blanks stand in double quotes.
 */
import { z } from 'zod';

export interface AccessLogEntry {
  readonly startTime: string;
  readonly method: string;
  readonly path: string;
  readonly protocol: string;
  readonly status: number;
  /** Empty where Envoy wrote `-`. */
  readonly flags: string;
  readonly details: string;
  readonly durationMs: number;
  /**
   * The id that the client gave the request: of its User-Agent, which every proxy passes on, or else
   * the x-request-id, which an ingress gateway replaces.
   */
  readonly requestId: string;
  readonly authority: string;
  /** `ip:port`, undefined where the request was sent nowhere. */
  readonly upstreamHost: string | undefined;
  /** `outbound|80||host`, undefined where no cluster was chosen. */
  readonly upstreamCluster: string | undefined;
  /** The proxy's end of the upstream connection: names the connection. */
  readonly upstreamLocalAddress: string | undefined;
  readonly downstreamRemoteAddress: string | undefined;
  readonly routeName: string | undefined;
}

/** Whether the proxy passed bytes on: a line for each connection, when it ends, without a request. */
export function isOfBytes({ protocol }: Pick<AccessLogEntry, 'protocol'>): boolean {
  return protocol === '-';
}

/** The time comes first; a bracket later on is part of an IPv6 address. Envoy escapes nothing. */
const TOKEN = /^\[([^\]]*)\]|"([^"]*)"|(\S+)/g;
const FIELDS = 22;
const WHOLE_NUMBER = /^\d+$/;

/** What Envoy has no value for is null there, and `-` in text. */
const text = z
  .string()
  .nullable()
  .transform((value) => value ?? '-');
const maybe = z
  .string()
  .nullable()
  .transform((value) => value ?? undefined);
const jsonLine = z.object({
  start_time: z.string(),
  method: text,
  path: text,
  protocol: text,
  response_code: z.int().nonnegative(),
  response_flags: text,
  response_code_details: text,
  duration: z.int().nonnegative(),
  request_id: text,
  user_agent: text,
  authority: text,
  upstream_host: maybe,
  upstream_cluster: maybe,
  upstream_local_address: maybe,
  downstream_remote_address: maybe,
  route_name: maybe,
});

/** The entry of one line, or undefined where the line is not of Istio's format. */
export function parseAccessLog(line: string): AccessLogEntry | undefined {
  if (line.startsWith('{')) return parseJson(line);
  return line.startsWith('[') ? parseText(line) : undefined;
}

function parseJson(line: string): AccessLogEntry | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { data: read } = jsonLine.safeParse(json);
  if (read === undefined) return undefined;
  return {
    startTime: read.start_time,
    method: read.method,
    path: read.path,
    protocol: read.protocol,
    status: read.response_code,
    flags: read.response_flags === '-' ? '' : read.response_flags,
    details: read.response_code_details,
    durationMs: read.duration,
    requestId: clientsId(read.user_agent) ?? read.request_id,
    authority: read.authority,
    upstreamHost: read.upstream_host,
    upstreamCluster: read.upstream_cluster,
    upstreamLocalAddress: read.upstream_local_address,
    downstreamRemoteAddress: read.downstream_remote_address,
    routeName: read.route_name,
  };
}

function parseText(line: string): AccessLogEntry | undefined {
  const tokens = [...line.matchAll(TOKEN)].map(
    ([, time, quoted, bare]) => time ?? quoted ?? bare ?? '',
  );
  if (tokens.length !== FIELDS) return undefined;
  const field = (index: number): string => tokens[index] ?? '';
  if (![field(2), field(9)].every((number) => WHOLE_NUMBER.test(number))) return undefined;
  const optional = (index: number): string | undefined =>
    field(index) === '-' || field(index) === '' ? undefined : field(index);

  const [method = '', path = '', protocol = ''] = field(1).split(' ');
  return {
    startTime: field(0),
    method,
    path,
    protocol,
    status: Number(field(2)),
    flags: optional(3) ?? '',
    details: field(4),
    durationMs: Number(field(9)),
    requestId: clientsId(field(12)) ?? field(13),
    authority: field(14),
    upstreamHost: optional(15),
    upstreamCluster: optional(16),
    upstreamLocalAddress: optional(17),
    downstreamRemoteAddress: optional(19),
    routeName: optional(21),
  };
}

/** What the client app calls itself (apps/client/exchange.ts). */
function clientsId(userAgent: string): string | undefined {
  return /^circuit-lab\/([0-9a-f-]{36})$/.exec(userAgent)?.[1];
}

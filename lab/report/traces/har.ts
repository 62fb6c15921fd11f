/** A run as an HTTP archive (HAR 1.2), which browsers' tools open: `blocked` is waiting in a pool. */
import type { Har } from 'har-format';
import { serviceOf } from '../../../envoy/clusterName.ts';
import type { Observation, Request } from '../../../experiment/observation.ts';
import { reachedMs } from './reached.ts';

const { STATUS_CODES } = process.getBuiltinModule('node:http');

export function harOf(observation: Observation): Har {
  const startedAt = Date.parse(observation.startedAt);
  const url = `http://${calledHost(observation)}/`;
  return {
    log: {
      version: '1.2',
      creator: { name: 'circuit-lab', version: '1' },
      comment: `${observation.stack}: paths, headers and bodies are not recorded`,
      entries: observation.requests.map((request) => entryOf(request, url, startedAt)),
    },
  };
}

function entryOf(request: Request, url: string, startedAt: number): Har['log']['entries'][number] {
  const { client, endpoint, status, error, refusedBy, flags, sentMs, endedMs, waitedMs } = request;
  const unknown = { cookies: [], headers: [], headersSize: -1, bodySize: -1 };
  const wait = endedMs - reachedMs(request);
  return {
    startedDateTime: new Date(startedAt + sentMs).toISOString(),
    time: endedMs - sentMs,
    request: { method: 'GET', url, httpVersion: 'HTTP/1.1', queryString: [], ...unknown },
    response: {
      ...{ status, statusText: error ?? STATUS_CODES[status] ?? '', httpVersion: 'HTTP/1.1' },
      content: { size: 0, mimeType: 'x-unknown' },
      ...{ redirectURL: '', ...unknown },
    },
    cache: {},
    timings: {
      // -1 is what does not apply, or is not known.
      blocked: waitedMs === undefined ? -1 : reachedMs(request) - sentMs,
      ...{ dns: -1, connect: -1, ssl: -1, send: 0, wait, receive: 0 },
    },
    comment: [
      `by ${client}`,
      endpoint === null ? 'sent to nobody' : `to ${endpoint}`,
      ...(refusedBy === null ? [] : [`refused: ${refusedBy}`]),
      ...(flags.client ? [`flag ${flags.client}`] : []),
    ].join(', '),
  };
}

/** The service that the clients call, where their proxies tell it. */
function calledHost({ proxies }: Observation): string {
  const clusters = proxies
    .filter(({ role }) => role !== 'server')
    .flatMap((proxy) => proxy.clusters)
    .filter(({ after }) => (after['upstream_rq_total'] ?? 0) > 0);
  return serviceOf(clusters[0]?.name ?? '').split('|')[2] || 'unknown';
}

/** The requests that the server makes in turn, for a request that it answers. */
import type { IncomingHttpHeaders } from 'node:http';
import { http } from '../common/http.ts';
import type { Call } from './conduct.ts';

/**
 * What services hand on, so that one id and one trace are seen at every hop
 * (istio.io/docs/tasks/observability/distributed-tracing), and what routes look at. The client's
 * User-Agent is among them: by it a request is known beyond a gateway, which gives it another id.
 */
const HANDED_ON = [
  ...['x-request-id', 'traceparent', 'tracestate', 'user-agent', 'end-user'],
  ...['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
  ...['x-ot-span-context', 'x-cloud-trace-context'],
];

const { Agent } = http();

/** Keeps its connections, and goes through the environment's http_proxy, which is its sidecar's. */
const agent = new Agent({ keepAlive: true, proxyEnv: process.env });

/**
 * Calls once, or again until an answer is good or the attempts are over.
 *
 * @returns whether there was a good answer, below 400
 */
export async function callThrough(
  call: Call,
  headers: IncomingHttpHeaders,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 0; attempt < call.attempts && !signal.aborted; attempt++) {
    const status = await statusOf(call, headers, signal);
    if (status > 0 && status < 400) return true;
  }
  return false;
}

/** Resolves with the status when the answer is whole; with 0 where none comes. */
function statusOf(call: Call, from: IncomingHttpHeaders, signal: AbortSignal): Promise<number> {
  const { url, host, requestBytes, timeoutMs } = call;
  const headers = Object.fromEntries(
    HANDED_ON.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  );
  if (host !== undefined) headers['host'] = host;
  const patience =
    timeoutMs === Infinity ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((resolve) => {
    const method = requestBytes > 0 ? 'POST' : 'GET';
    const request = http().request(
      url,
      { agent, headers, method, signal: patience },
      (response) => {
        response
          .on('end', () => {
            resolve(response.complete ? (response.statusCode ?? 0) : 0);
          })
          .on('error', () => {
            resolve(0);
          })
          .resume();
      },
    );
    request.on('error', () => {
      resolve(0);
    });
    request.end(requestBytes > 0 ? Buffer.alloc(requestBytes, 'x') : undefined);
  });
}

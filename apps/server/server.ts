/** The service under test: it answers `/index` after a service time, well or badly as told. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { ServerSettings } from './settings.ts';

type Told = Pick<ServerSettings, 'name' | 'version' | 'status' | 'delay' | 'random' | 'keepAlive'>;

export interface ServiceOptions extends Told {
  /** Called once for each request, when it has been answered or given up by its client. */
  readonly onRequest?: ((record: RequestRecord) => void) | undefined;
}

export interface RequestRecord {
  /** The request's x-request-id. */
  readonly id: string | undefined;
  readonly path: string;
  /** 0 where the client went away before its answer. */
  readonly status: number;
  /** Requests that the server had at hand when this one ended, without it. */
  readonly inFlight: number;
}

export interface Service {
  readonly http: http.Server;
  /** Stops accepting, lets what is in flight finish; resolves when all connections are closed. */
  stop(): Promise<void>;
}

export function createService(options: ServiceOptions): Service {
  const servedBy = [options.name, options.version].filter(Boolean).join('/');
  let indexStatus = options.status;
  let inFlight = 0;
  let stopping = false;

  // Proxies keep their connections for whole experiments: a server that closed an idle one would
  // race with the next request on it (503 UC in Envoy's log). So nothing is closed for its age.
  const server = http.createServer({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });

  server.on('request', (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
      const status = response.writableFinished ? response.statusCode : 0;
      options.onRequest?.({ id: requestId(request), path, status, inFlight });
      closeIfDone();
    });
    request.resume();
    route(path, request, response);
  });

  function route(path: string, request: IncomingMessage, response: ServerResponse): void {
    switch (path) {
      case '/index': {
        const { minMs, maxMs } = options.delay;
        const delayMs = minMs + options.random() * (maxMs - minMs);
        const timer = setTimeout(() => {
          answer(response, indexStatus, servedBy);
        }, delayMs);
        response.once('close', () => {
          clearTimeout(timer);
        });
        return;
      }
      case '/healthz':
        answer(response, stopping ? 503 : 200, stopping ? 'stopping' : 'ok');
        return;
      case '/fail':
      case '/pass':
        if (request.method !== 'POST' && request.method !== 'GET') {
          answer(response, 405, 'POST or GET');
          return;
        }
        indexStatus = path === '/fail' ? options.status : 200;
        answer(response, 200, `/index answers ${indexStatus}`);
        return;
      default:
        answer(response, 404, 'not found: try /index');
    }
  }

  function answer(response: ServerResponse, status: number, text: string): void {
    response.statusCode = status;
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.setHeader('x-served-by', servedBy);
    if (stopping || !options.keepAlive) response.setHeader('connection', 'close');
    response.end(`${text}\n`);
  }

  /** Connections that never carried a request do not count as idle for `server.close`. */
  function closeIfDone(): void {
    if (stopping && inFlight === 0) server.closeAllConnections();
  }

  return {
    http: server,
    async stop() {
      stopping = true;
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      closeIfDone();
      await closed;
    },
  };
}

function requestId(request: IncomingMessage): string | undefined {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' ? id : undefined;
}

/** The service under test: it answers after a service time, well or badly as told. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { http } from '../common/http.ts';
import { askedFor } from './paths.ts';
import type { ServerSettings } from './settings.ts';
import { Work } from './work.ts';

type Told = Pick<ServerSettings, 'name' | 'version' | 'status' | 'paths' | 'random' | 'conduct'>;

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
  /** A listener for each port. */
  readonly http: readonly Server[];
  /** From now on; requests that are at work keep to what they began with. */
  behave(told: Pick<ServerSettings, 'status' | 'conduct'>): void;
  /** Stops accepting, lets what is in flight finish; resolves when all connections are closed. */
  stop(): Promise<void>;
}

/** @param ports how many ports it is to listen at */
export function createService(options: ServiceOptions, ports = 1): Service {
  const servedBy = [options.name, options.version].filter(Boolean).join('/');
  const { paths, random } = options;
  let { conduct, status: failingStatus } = options;
  const work = new Work(conduct, random);
  let statusNow = failingStatus;
  let inFlight = 0;
  let stopping = false;

  // Proxies keep their connections for whole experiments: a server that closed an idle one would
  // race with the next request on it (503 UC in Envoy's log). So nothing is closed for its age.
  const servers = Array.from({ length: ports }, () =>
    http().createServer({ keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 }, handle),
  );

  function handle(request: IncomingMessage, response: ServerResponse): void {
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
  }

  function route(path: string, request: IncomingMessage, response: ServerResponse): void {
    const asked = askedFor(paths, path, random);
    switch (asked.kind) {
      case 'work': {
        const { status = statusNow, takesMs } = asked;
        const gone = new AbortController();
        response.once('close', () => {
          if (!response.writableFinished) gone.abort();
        });
        const job = {
          ...{ headers: request.headers, status, gone: gone.signal },
          takesMs: takesMs === undefined ? undefined : takesMs * conduct.timeScale,
        };
        work.begin(job, (answered) => {
          const size = answered < 400 ? conduct.responseBytes : undefined;
          answer(response, answered, size === undefined ? `${servedBy}\n` : 'x'.repeat(size));
        });
        return;
      }
      case 'health':
        answer(response, stopping ? 503 : 200, stopping ? 'stopping\n' : 'ok\n');
        return;
      case 'switch':
        if (request.method !== 'POST' && request.method !== 'GET') {
          answer(response, 405, 'POST or GET\n');
          return;
        }
        statusNow = asked.fails ? failingStatus : 200;
        answer(response, 200, `/index answers ${statusNow}\n`);
        return;
      case 'nothing':
        answer(response, 404, 'not found: try /index\n');
    }
  }

  function answer(response: ServerResponse, status: number, text: string): void {
    response.statusCode = status;
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.setHeader('x-served-by', servedBy);
    if (stopping || !conduct.keepAlive) response.setHeader('connection', 'close');
    response.end(text);
  }

  /** Connections that never carried a request do not count as idle for `server.close`. */
  function closeIfDone(): void {
    if (stopping && inFlight === 0) for (const server of servers) server.closeAllConnections();
  }

  return {
    http: servers,
    behave(told) {
      ({ conduct, status: failingStatus } = told);
      statusNow = failingStatus;
      work.conduct = conduct;
    },
    async stop() {
      stopping = true;
      const closed = servers.map(
        (server) =>
          new Promise<void>((resolve) =>
            server.close(() => {
              resolve();
            }),
          ),
      );
      closeIfDone();
      await Promise.all(closed);
    },
  };
}

function requestId(request: IncomingMessage): string | undefined {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' ? id : undefined;
}

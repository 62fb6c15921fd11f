/** One request and its response, with the instants that matter. */
import { randomUUID } from 'node:crypto';
import http, {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { now } from '../common/clock.ts';
import { sharedLookup } from './lookup.ts';

export interface Target {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** From the opening of the connection to the last byte of the body. */
  readonly timeoutMs: number;
}

export interface Outcome {
  /** The response's status, or 0 where none came in full. */
  readonly status: number;
  /** Why there is none: a code of the system such as ECONNREFUSED, TIMEOUT or STOPPED. */
  readonly error?: string;
  /** Epoch ms. */
  readonly endedAt: number;
  /** Length of the body. */
  readonly bytes: number;
  /** Those response headers that tell who answered, and why. */
  readonly headers: Record<string, string>;
}

const TELLING_HEADERS = [
  'server',
  'x-served-by',
  'x-envoy-upstream-service-time',
  'x-envoy-attempt-count',
  'x-envoy-overloaded',
];

/**
 * Connections as the environment's proxy settings want them. Without keep-alive each request has
 * a connection of its own; with it one connection carries one request after the other.
 */
export function createAgent(connections: 'one-each' | 'one-kept'): http.Agent {
  return new http.Agent({
    proxyEnv: process.env,
    lookup: sharedLookup,
    ...(connections === 'one-kept' && { keepAlive: true, maxSockets: 1 }),
  });
}

/**
 * Opening and sending are two steps, so that many requests can leave together once all their
 * connections stand.
 */
export class Exchange {
  readonly id = randomUUID();
  /** Resolves when the connection stands, or when it is known that it never will. */
  readonly connected: Promise<void>;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  readonly #request: ClientRequest;
  #sentAt = now();
  #error: string | undefined;

  constructor(target: Target, agent: http.Agent) {
    const request = http.request(target.url, {
      agent,
      headers: {
        // A gateway gives what comes from outside an x-request-id of its own; this it passes on.
        'user-agent': `circuit-lab/${this.id}`,
        ...target.headers,
        'x-request-id': this.id,
      },
    });
    this.#request = request;

    this.connected = new Promise((resolve) => {
      request.once('socket', (socket) => {
        if (socket.connecting) socket.once('connect', resolve);
        else resolve();
      });
      request.once('close', resolve);
    });

    const timer = setTimeout(() => {
      this.cancel('TIMEOUT');
    }, target.timeoutMs);
    this.outcome = new Promise<Outcome>((resolve) => {
      const noteError = (error: NodeJS.ErrnoException): void => {
        this.#error ??= error.code ?? error.name;
      };
      request.on('error', noteError);
      request.on('response', (response) => {
        response.on('error', noteError);
        readResponse(response, resolve);
      });
      // The last event of every request; without effect where the response came in full.
      request.on('close', () => {
        clearTimeout(timer);
        const error = this.#error ?? 'ECONNRESET';
        resolve({ status: 0, error, endedAt: now(), bytes: 0, headers: {} });
      });
    });
  }

  /** Epoch ms of `send`, or of the opening where the connection failed before. */
  get sentAt(): number {
    return this.#sentAt;
  }

  /** Sends the request, now or as soon as its connection stands; `sentAt` may date it back. */
  send(sentAt = now()): void {
    if (this.#request.destroyed) return;
    this.#sentAt = sentAt;
    this.#request.end();
  }

  /** Gives up; the outcome has this error unless the response was there already. */
  cancel(error: string): void {
    this.#error ??= error;
    this.#request.destroy();
  }
}

function readResponse(response: IncomingMessage, done: (outcome: Outcome) => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  response.on('end', () => {
    const headers = tellingHeaders(response.headers);
    done({ status: response.statusCode ?? 0, endedAt: now(), bytes, headers });
  });
}

function tellingHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of TELLING_HEADERS) {
    const value = headers[name];
    if (value !== undefined) found[name] = String(value);
  }
  return found;
}

/**
 * The way to a sidecar's admin interface, which listens inside the pod alone: a port-forward
 * through the API server, as istioctl does it. One connection serves many requests.
 */
import type Http from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type KubeConfig, PortForward } from '@kubernetes/client-node';
import type { AdminGet } from '../../envoy/admin.ts';
import { endedBy } from './kubeconfig.ts';

const http = process.getBuiltinModule('node:http');

export const ADMIN_PORT = 15_000;

/** A proxy that is too busy to answer for this long is passed over. */
const ANSWER_LIMIT_MS = 10_000;

/** What of a WebSocket is used; the client's own type of it is a package of its own. */
interface Socket {
  addEventListener(event: 'close' | 'error', listener: () => void): void;
  close(): void;
}

export class AdminTunnel {
  readonly #agent: Http.Agent;
  readonly #ended = new AbortController();
  readonly get: AdminGet;

  constructor(config: KubeConfig, namespace: string, pod: string, port = ADMIN_PORT) {
    const forward = new PortForward(endedBy(config, this.#ended.signal));
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.#agent.createConnection = (_options, done) => {
      connect(forward, namespace, pod, port).then(
        (connection) => done?.(null, connection),
        (error: unknown) => done?.(asError(error), undefined as never),
      );
      return undefined;
    };
    this.get = (path) => ask(this.#agent, path);
  }

  close(): void {
    this.#agent.destroy();
    // A WebSocket that is being opened is nobody's connection yet.
    this.#ended.abort();
  }
}

function ask(agent: Http.Agent, path: string): ReturnType<AdminGet> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      { agent, host: 'localhost', path, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) },
      (response) => {
        text(response).then((body) => {
          resolve({ status: response.statusCode ?? 0, body });
        }, reject);
      },
    );
    request.on('error', reject);
  });
}

async function connect(
  forward: PortForward,
  namespace: string,
  pod: string,
  port: number,
): Promise<Duplex> {
  const [near, far] = duplexPair();
  const opened = forward.portForward(namespace, pod, [port], far, null, far);
  const socket = (await opened.catch((error: unknown) => {
    throw new Error(`no way to port ${port} of pod ${pod}: ${asError(error).message}`);
  })) as Socket;
  const end = (): void => {
    near.destroy();
  };
  socket.addEventListener('close', end);
  socket.addEventListener('error', end);
  near.on('close', () => {
    socket.close();
  });
  near.on('error', () => undefined);
  far.on('error', () => undefined);
  return asSocket(near);
}

/** http.Agent turns these knobs of a TCP connection; here there is none to turn. */
function asSocket(stream: Duplex): Duplex {
  const same = (): Duplex => stream;
  return Object.assign(stream, {
    setKeepAlive: same,
    setNoDelay: same,
    setTimeout: same,
    ref: same,
    unref: same,
  });
}

/** A WebSocket that fails to open rejects with an event. */
function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  const { message } = (error ?? {}) as { message?: unknown };
  return new Error(typeof message === 'string' ? message : String(error));
}

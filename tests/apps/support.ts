/** Real processes of the apps, and small servers for them to talk to. All on 127.0.0.1. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { toLoad } from '../../lab/environment/bundled.ts';
import { COMPILE_CACHE } from '../../lab/environment/compileCache.ts';
import { afterTest } from '../support/cleanUps.ts';

/** A line of the JSON log. */
export type Line = Record<string, unknown>;

/**
 * A run of an app, of the file that the lab would start. `env` is all the environment it gets beside where
 * Node keeps what it has compiled, so that no proxy of ours leaks in.
 */
export interface App {
  /** Whole lines of stdout so far. */
  readonly lines: readonly string[];
  readonly exited: Promise<{ code: number | null; stderr: string }>;
  /** The events with this name so far; for JSON logs. */
  events(name: string): Line[];
  /** Resolves with the first truthy result of `probe`, tried at each new line of stdout. */
  until<T>(probe: () => T | undefined | false): Promise<T>;
  signal(name: NodeJS.Signals): void;
  /** Writes to its stdin. */
  tell(text: string): void;
  /** Ends the app's stdin, as the death of its parent does. */
  endStdin(): void;
}

export function startApp(app: 'server' | 'client', env: Record<string, string>): App {
  const main = fileURLToPath(toLoad(`apps/${app}/main.ts`));
  const child = spawn(process.execPath, [main], {
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: 'pipe',
  });
  afterTest(() => child.kill('SIGKILL'));

  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const watch of watchers) watch();
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));

  return {
    lines,
    exited,
    events: (name) =>
      lines.map((line) => JSON.parse(line) as Line).filter((line) => line['event'] === name),
    until: (probe) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const result = probe();
          if (result === undefined || result === false) return;
          watchers.delete(watch);
          resolve(result);
        };
        watchers.add(watch);
        watch();
        void exited.then(({ code, stderr: text }) => {
          watch();
          reject(new Error(`the ${app} ended with ${String(code)} before that: ${text}`));
        });
      }),
    signal: (name) => child.kill(name),
    tell: (text) => child.stdin.write(text),
    endStdin: () => child.stdin.end(),
  };
}

/** Starts a server app on a port of its own; resolves when it listens. */
export async function startServer(
  env: Record<string, string> = {},
): Promise<App & { port: number; url: string }> {
  const app = startApp('server', { HOST: '127.0.0.1', PORT: '0', DELAY: '0s', ...env });
  const port = await app.until(() => app.events('listening')[0]?.['port'] as number | undefined);
  return { ...app, port, url: `http://127.0.0.1:${port}` };
}

export function startClient(env: Record<string, string>): App {
  return startApp('client', { LOG_FORMAT: 'json', ...env });
}

/** What a counting server saw. */
export interface Seen {
  readonly url: string;
  readonly port: number;
  /** Requests in the order of their arrival, with the connection that carried them. */
  readonly requests: { readonly request: IncomingMessage; readonly socket: Socket }[];
  readonly connections: () => number;
  /** Resolves when `n` requests have arrived. */
  arrived(n: number): Promise<void>;
}

/** A server in this process that hands each request to `handle`, and counts. */
export async function countingServer(
  handle: (response: ServerResponse, index: number, request: IncomingMessage) => void,
): Promise<Seen> {
  const requests: Seen['requests'] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('request', (request, response) => {
    requests.push({ request, socket: request.socket });
    server.emit('counted');
    handle(response, requests.length - 1, request);
  });
  afterTest(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/index`,
    port,
    requests,
    connections: () => sockets.size,
    async arrived(n) {
      while (requests.length < n) await once(server, 'counted');
    },
  };
}

/** A server that answers nobody until it is told to. */
export async function gatedServer(): Promise<Seen & { open(): void }> {
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const seen = await countingServer((response) => {
    if (isOpen) response.end('ok');
    else waiting.push(response);
  });
  return {
    ...seen,
    open() {
      isOpen = true;
      for (const response of waiting.splice(0)) response.end('ok');
    },
  };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Connection {
  readonly socket: Socket;
  /** What has come in so far. */
  received(): string;
  /** Resolves when it is closed, by an error too. */
  readonly closed: Promise<void>;
}

/** A connection by hand; rejects where it is refused. */
export async function rawConnection(port: number): Promise<Connection> {
  const socket = net.connect(port, '127.0.0.1');
  afterTest(() => socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(socket, 'connect');
  // A reset is an end like any other here.
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  return { socket, received: () => text, closed };
}

/** A field of a line that holds a number. */
export function number(line: Line | undefined, key: string): number {
  return line?.[key] as number;
}

/** How many lines have each value in a field. */
export function tally(lines: readonly Line[], key: string): Record<string, number> {
  const groups = Map.groupBy(lines, (line) => String(line[key]));
  return Object.fromEntries([...groups].map(([value, all]) => [value, all.length]));
}

/**
 * An API server on loopback that knows a stack's objects and pods, as slow and as silent as a test
 * wants it: what becomes of an observer then needs no cluster to be seen.
 */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { writeFileSync } from 'node:fs';
import type { V1Pod } from '@kubernetes/client-node';
import type { KubernetesObject } from '../../../lab/objects/object.ts';

export interface ApiServerOptions {
  readonly objects: readonly KubernetesObject[];
  /** Those that there are when it is asked. */
  readonly pods: readonly V1Pod[];
  /** The lines that a container has logged when its log is asked for; it logs no more. */
  readonly logOf?: (pod: string, container: string) => readonly string[];
  /** It answers so many calls; of the next and all after it nothing is heard any more. */
  readonly answers?: number;
}

export interface ApiServer {
  readonly url: string;
  /** Resolves when a call came that stays without an answer. */
  readonly silent: Promise<void>;
  /** Connections that are open. */
  readonly connections: ReadonlySet<Socket>;
  readonly writeKubeconfig: (file: string) => void;
  readonly close: () => void;
}

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { answers = Infinity } = options;
  const silent = Promise.withResolvers<undefined>();
  const connections = new Set<Socket>();
  let calls = 0;
  const isAnswered = (): boolean => {
    calls += 1;
    if (calls > answers) silent.resolve(undefined);
    return calls <= answers;
  };
  const server = http.createServer((request, response) => {
    if (!isAnswered()) return;
    const url = new URL(request.url ?? '', 'http://api');
    if (url.pathname.endsWith('/log')) {
      const pod = url.pathname.split('/').at(-2) ?? '';
      const lines = options.logOf?.(pod, url.searchParams.get('container') ?? '') ?? [];
      const time = new Date().toISOString();
      // It is followed: what was logged comes, and no end.
      response.writeHead(200).flushHeaders();
      for (const line of lines) response.write(`${time} ${line}\n`);
      return;
    }
    const answer = answerTo(url, options);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { kind: 'Status', message: 'not found' }));
  });
  // A way into a pod: the call is taken and never answered, or ends at once where logs are read.
  server.on('upgrade', (_, socket) => {
    if (options.logOf !== undefined) socket.destroy();
    // Who reads nothing does not hear that the other side has gone, and HTTP leaves it half open.
    socket.resume().on('end', () => socket.destroy());
    silent.resolve(undefined);
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    silent: silent.promise,
    connections,
    writeKubeconfig(file) {
      writeFileSync(file, JSON.stringify(kubeconfigOf(url)));
    },
    close() {
      server.close();
      for (const socket of connections) socket.destroy();
    },
  };
}

function kubeconfigOf(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'fake', user: { token: 'none' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
    'current-context': 'fake',
  };
}

function answerTo({ pathname, searchParams }: URL, { objects, pods }: ApiServerOptions): unknown {
  const [, root, ...parts] = pathname.split('/');
  const [version = '', ...rest] =
    root === 'api' ? parts : [parts.slice(0, 2).join('/'), ...parts.slice(2)];
  const kinds = objects.filter(({ apiVersion }) => apiVersion === version);
  if (rest.length === 0) return resourceList(version, kinds);
  if (rest.at(-1) === 'pods') {
    const wanted = (searchParams.get('labelSelector') ?? '').split(',').filter((one) => one !== '');
    const items = pods.filter(
      ({ metadata }) =>
        (rest.length === 1 || metadata?.namespace === rest[1]) &&
        wanted.every((one) => metadata?.labels?.[one.split('=')[0] ?? ''] === one.split('=')[1]),
    );
    return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
  }
  const name = rest.at(-1);
  const plural = rest.at(-2);
  return kinds.find(({ kind, metadata }) => metadata.name === name && pluralOf(kind) === plural);
}

function resourceList(groupVersion: string, objects: readonly KubernetesObject[]): object {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: kinds.map((kind) => ({
      ...{ name: pluralOf(kind), singularName: kind.toLowerCase(), kind },
      ...{ namespaced: kind !== 'Namespace', verbs: ['get', 'list'] },
    })),
  };
}

function pluralOf(kind: string): string {
  return `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
}

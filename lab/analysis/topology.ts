/**
 * Who called whom, with how many requests and how many of them failed: what a mesh's console draws as
 * a graph, from a run's own requests.
 */
import { serviceOf } from '../../envoy/clusterName.ts';
import type { Observation, Proxy, Request } from '../../experiment/observation.ts';
import { grownIn, overflowsIn } from './explanation/facts.ts';

export interface Node {
  readonly id: string;
  readonly kind: 'client' | 'gateway' | 'service' | 'workload';
  /** A workload and how many of its pods were seen; a service's host. */
  readonly name: string;
  readonly pods: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly failed: number;
  /** Those that a breaker on this edge refused: of the caller's proxy, or of the called one's. */
  readonly refused: number;
  /** Of all that left its beginning; of requests counted by proxies alone too. */
  readonly share: number;
}

export interface Topology {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** @param requests those of the run that are meant, such as the ones before an ejection */
export function topologyOf(
  { proxies }: Pick<Observation, 'proxies'>,
  requests: readonly Request[],
): Topology {
  const draft = new Draft();
  const services = servicesOf(proxies);
  const gateway = proxies.find(({ role }) => role === 'gateway');
  for (const [request, count] of alike(requests)) {
    const { client, endpoint, refusedBy, hop } = request;
    const failed = refusedBy === null ? 0 : count;
    const own = hop === undefined ? refusedBy : null;
    const byCaller = own !== null && /^(client-proxy|gateway)\//.test(own);
    const byCalled = own?.startsWith('server-proxy/') === true;
    const service = services.get(endpoint ?? '') ?? services.get(client) ?? services.get('');
    const way = [
      draft.pod('client', client),
      ...(gateway === undefined ? [] : [draft.pod('gateway', gateway.pod)]),
      ...(service === undefined ? [] : [draft.service(service)]),
      ...(endpoint === null ? [] : [draft.pod('workload', endpoint)]),
    ];
    for (const [index, to] of way.entries()) {
      const from = way[index - 1];
      if (from === undefined) continue;
      const isLast = to.kind === 'workload';
      const entersService = to.kind === 'service';
      const isRefused = (entersService && byCaller) || (isLast && byCalled);
      draft.add(from, to, { requests: count, failed, refused: isRefused ? count : 0 });
    }
  }
  for (const call of callsOfServers(proxies)) {
    draft.add(draft.pod('workload', call.caller), draft.service(call.service), call);
    for (const one of call.endpoints) {
      draft.add(draft.service(call.service), draft.pod('workload', one.pod), one);
    }
  }
  return draft.done();
}

/** A pod's name without what tells it from the others of its workload. */
export function workloadName(pod: string): string {
  return pod.replace(/-\d+$|-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '');
}

/** One of those that went the same way to the same end, and how many they are: of a million, a few. */
function alike(requests: readonly Request[]): Iterable<readonly [Request, number]> {
  const groups = new Map<string, [Request, number]>();
  for (const request of requests) {
    const { client, endpoint, refusedBy, hop } = request;
    const key = `${client}\n${endpoint ?? ''}\n${refusedBy ?? ''}\n${hop === undefined}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [request, 1]);
    else group[1] += 1;
  }
  return groups.values();
}

interface Counts {
  readonly requests: number;
  readonly failed: number;
  readonly refused: number;
}

class Draft {
  readonly #nodes = new Map<string, Node & { readonly all: Set<string> }>();
  readonly #edges = new Map<
    string,
    { from: string; to: string; requests: number; failed: number; refused: number }
  >();

  pod(kind: Node['kind'], pod: string): Node {
    return this.#node(kind, workloadName(pod), pod);
  }

  service(host: string): Node {
    return this.#node('service', host.replace(/\.svc\.cluster\.local$/, ''), host);
  }

  #node(kind: Node['kind'], name: string, one: string): Node {
    // A server that calls another one is one box.
    const id = kind === 'service' ? `service ${name}` : `pod ${name}`;
    const node = this.#nodes.get(id) ?? { id, kind, name, pods: 0, all: new Set<string>() };
    node.all.add(one);
    this.#nodes.set(id, node);
    return node;
  }

  add({ id: from }: Node, { id: to }: Node, { requests, failed, refused }: Counts): void {
    const key = `${from}\n${to}`;
    const edge = this.#edges.get(key) ?? { from, to, requests: 0, failed: 0, refused: 0 };
    edge.requests += requests;
    edge.failed += failed;
    edge.refused += refused;
    this.#edges.set(key, edge);
  }

  done(): Topology {
    const leaving = new Map<string, number>();
    for (const { from, requests } of this.#edges.values()) {
      leaving.set(from, (leaving.get(from) ?? 0) + requests);
    }
    return {
      nodes: [...this.#nodes.values()].map(({ all, ...node }) => ({ ...node, pods: all.size })),
      edges: [...this.#edges.values()].map((edge) => ({
        ...edge,
        share: edge.requests / Math.max(1, leaving.get(edge.from) ?? 0),
      })),
    };
  }
}

/** The service that a pod is called by; under a client's own name the one it calls, under '' any. */
function servicesOf(proxies: readonly Proxy[]): Map<string, string> {
  const services = new Map<string, string>();
  for (const { pod, role, clusters } of proxies) {
    if (role === 'server') continue;
    const used = clusters.filter(({ after }) => (after.upstream_rq_total ?? 0) > 0);
    for (const { name, endpoints } of used.length > 0 ? used : clusters) {
      const host = hostOf(name);
      if (!services.has(pod)) services.set(pod, host);
      if (!services.has('')) services.set('', host);
      for (const endpoint of endpoints) services.set(endpoint.pod, host);
    }
  }
  return services;
}

/** What servers' proxies counted of the calls that they made; they know nothing of phases. */
function callsOfServers(proxies: readonly Proxy[]) {
  return proxies
    .filter(({ role }) => role === 'server')
    .flatMap((proxy) =>
      proxy.clusters
        .filter(({ name }) => name.startsWith('outbound|'))
        .map((cluster) => {
          const refused = overflowsIn([{ proxy, cluster }]);
          return {
            caller: proxy.pod,
            service: hostOf(cluster.name),
            requests: grownIn([{ proxy, cluster }], 'upstream_rq_total') + refused,
            failed: grownIn([{ proxy, cluster }], 'upstream_rq_5xx'),
            refused,
            endpoints: cluster.endpoints
              .filter(({ rqTotal }) => rqTotal > 0)
              .map(({ pod, rqTotal, rqError }) => ({
                ...{ pod, requests: rqTotal, failed: rqError, refused: 0 },
              })),
          };
        }),
    )
    .filter(({ requests }) => requests > 0);
}

function hostOf(cluster: string): string {
  const host = serviceOf(cluster).split('|')[2] ?? '';
  return host === '' ? cluster : host;
}

/** Envoy's admin interface (envoyproxy.io/docs/envoy/latest/operations/admin). */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { BREAKER_METRICS_PATH } from './prometheus.ts';
import type { SomeThresholds, Thresholds } from './thresholds.ts';

const http = process.getBuiltinModule('node:http');

export interface BoundListener {
  readonly name: string;
  readonly port: number;
}

export interface HostStatus {
  /** `ip:port`; the path of a pipe, or the name of a listener inside Envoy itself. */
  readonly address: string;
  readonly ejected: boolean;
  /** Connection and request figures of the host, by Envoy's names. */
  readonly stats: Readonly<Record<string, number>>;
}

export interface ClusterStatus {
  readonly name: string;
  readonly thresholds: Thresholds;
  readonly hosts: readonly HostStatus[];
}

/** envoy.config.core.v3.Address: an Istio proxy reaches its agent, and ambient its tunnels, without a port. */
interface Address {
  readonly socket_address?: { readonly address: string; readonly port_value: number };
  readonly pipe?: { readonly path: string };
  readonly envoy_internal_address?: {
    readonly server_listener_name: string;
    readonly endpoint_id?: string;
  };
}

interface ClustersBody {
  readonly cluster_statuses?: readonly {
    readonly name: string;
    readonly circuit_breakers?: { readonly thresholds?: readonly Limits[] };
    readonly host_statuses?: readonly {
      readonly address: Address;
      readonly stats?: readonly { readonly name: string; readonly value?: string }[];
      readonly health_status?: { readonly failed_outlier_check?: boolean };
    }[];
  }[];
}

type Limits = SomeThresholds & { readonly priority?: string };

export interface AdminAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks the admin interface for a path, by whatever way leads to it. */
export type AdminGet = (path: string) => Promise<AdminAnswer>;

/** The way to an admin interface that this machine can reach: `ip:port`. */
export function adminAt(address: string): AdminGet {
  const agent = new http.Agent({ keepAlive: true });
  return async (path) => {
    const request = http.get(`http://${address}${path}`, { agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await text(response) };
  };
}

export class EnvoyAdmin {
  readonly #get: AdminGet;

  constructor(get: AdminGet) {
    this.#get = get;
  }

  /** What runs: Envoy's own version, and the Istio that its proxy says it belongs to. */
  async versions(): Promise<{ envoy: string | null; istio: string | null }> {
    const { version = '', node } = (await this.#json('/server_info')) as {
      version?: string;
      node?: { metadata?: { ISTIO_VERSION?: string } };
    };
    // `<commit>/1.36.2/Clean/RELEASE/BoringSSL`
    return { envoy: version.split('/')[1] ?? null, istio: node?.metadata?.ISTIO_VERSION ?? null };
  }

  /** Worker threads that it runs. */
  async concurrency(): Promise<number> {
    const { command_line_options } = (await this.#json('/server_info')) as {
      command_line_options: { concurrency: number };
    };
    return command_line_options.concurrency;
  }

  /**
   * Listeners with the ports that the system gave them; undefined while some have none yet. One that
   * listens at no port at all is left out.
   */
  async listeners(): Promise<BoundListener[] | undefined> {
    const ready = await this.#get('/ready');
    if (ready.status !== 200) return undefined;
    const body = (await this.#json('/listeners?format=json')) as {
      listener_statuses?: { name: string; local_address: Address }[];
    };
    const listeners = (body.listener_statuses ?? []).flatMap(
      ({ name, local_address: { socket_address: socket } }) =>
        socket === undefined ? [] : [{ name, port: socket.port_value }],
    );
    return listeners.every(({ port }) => port > 0) ? listeners : undefined;
  }

  /**
   * Counters and gauges whose names match, by name.
   *
   * @param isUsed those alone that were ever set
   */
  async stats(filter: string, { isUsed = false } = {}): Promise<Map<string, number>> {
    const query = new URLSearchParams({ format: 'json', filter, ...(isUsed && { usedonly: '' }) });
    const body = (await this.#json(`/stats?${query.toString()}`)) as {
      stats: { name?: string; value?: number }[];
    };
    return new Map(
      body.stats.flatMap(({ name, value }): [string, number][] =>
        name === undefined || typeof value !== 'number' ? [] : [[name, value]],
      ),
    );
  }

  /** What tells of its breakers, in Prometheus' text format. */
  async breakerMetrics(): Promise<string> {
    return this.#text(BREAKER_METRICS_PATH);
  }

  /** Each cluster with its limits and hosts. */
  async clusters(): Promise<ClusterStatus[]> {
    const { cluster_statuses: clusters = [] } = (await this.#json(
      '/clusters?format=json',
    )) as ClustersBody;
    return clusters.map(({ name, circuit_breakers: breakers, host_statuses: hosts = [] }) => ({
      name,
      thresholds: limits(breakers?.thresholds?.find(({ priority }) => priority !== 'HIGH')),
      hosts: hosts.map(({ address, stats = [], health_status }) => ({
        address: textOf(address),
        ejected: health_status?.failed_outlier_check === true,
        stats: Object.fromEntries(stats.map((stat) => [stat.name, Number(stat.value ?? 0)])),
      })),
    }));
  }

  async #json(path: string): Promise<unknown> {
    return JSON.parse(await this.#text(path));
  }

  async #text(path: string): Promise<string> {
    const { status, body } = await this.#get(path);
    if (status !== 200) throw new Error(`Envoy's admin answered ${status} for ${path}`);
    return body;
  }
}

function textOf({
  socket_address: socket,
  pipe,
  envoy_internal_address: internal,
}: Address): string {
  if (socket !== undefined) return `${socket.address}:${socket.port_value}`;
  return pipe?.path ?? internal?.endpoint_id ?? internal?.server_listener_name ?? 'unknown';
}

/** Envoy's own defaults stand where a limit is not set (envoy.config.cluster.v3.CircuitBreakers). */
function limits(of: Limits | undefined): Thresholds {
  return {
    max_connections: of?.max_connections ?? 1024,
    max_pending_requests: of?.max_pending_requests ?? 1024,
    max_requests: of?.max_requests ?? 1024,
    max_retries: of?.max_retries ?? 3,
  };
}

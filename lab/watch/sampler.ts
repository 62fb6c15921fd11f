/** Reads every proxy's gauges and endpoint health at a steady pace, while the traffic runs. */
import type { Thresholds } from '../../envoy/thresholds.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { COUNTERS } from '../../envoy/statistics.ts';
import { byCluster, type Counters, filterOf } from './clusterStatistics.ts';
import { servedClusters, serviceOf } from '../../envoy/clusterName.ts';
import type { Cluster, Proxy, Series } from '../../experiment/observation.ts';
import type { Role } from '../../experiment/roles.ts';
import type { ClusterStatus, EnvoyAdmin } from '../../envoy/admin.ts';
import { EJECTIONS, GaugeReader } from './gaugeReader.ts';
import { type HealthReading, HealthRecord } from './healthRecord.ts';
import type { OutlierEvent } from '../../envoy/outlierEvents.ts';

/** A proxy of the run, as the sampler reads it. */
export interface SampledProxy {
  readonly pod: string;
  readonly role: Role;
  readonly concurrency: number;
  readonly admin: EnvoyAdmin;
  readonly outlierEvents: () => Promise<OutlierEvent[]>;
  /** Whether none of its statistics is switched off, and its clusters stay as they are. */
  readonly keepsAll?: boolean;
}

interface Sampled extends SampledProxy {
  readonly gauges: GaugeReader;
}

/** A breaker that opens for less than this may stay unseen by its gauge; its counter knows. */
const SAMPLE_EVERY_MS = 100;

const COUNTER_FILTER = filterOf(COUNTERS);

export class Sampler {
  readonly #begin: readonly SampledProxy[];
  readonly #proxies: Sampled[] = [];
  readonly #podAt: (address: string) => string;
  readonly #everyMs: number;
  readonly #stop = new AbortController();
  readonly #before = new Map<string, Counters>();
  readonly #limits = new Map<string, ReadonlyMap<string, Thresholds>>();
  readonly #gauges = new Map<string, Map<string, Map<string, Series>>>();
  readonly #health = new Map<string, HealthRecord>();
  #loop: Promise<void> = Promise.resolve();

  /**
   * @param proxies those that the run begins with
   * @param podAt the pod behind the address of an upstream host
   * @param everyMs the pause between two readings
   */
  constructor(
    proxies: readonly SampledProxy[],
    podAt: (address: string) => string,
    everyMs = SAMPLE_EVERY_MS,
  ) {
    this.#everyMs = everyMs;
    this.#begin = proxies;
    this.#podAt = podAt;
  }

  /** Reads the limits and counters that the run begins with, then samples until `finish`. */
  async start(): Promise<void> {
    await this.add(this.#begin);
    this.#loop = this.#sampleUntilStopped();
  }

  /** Samples these as well from now on, their limits and counters read first. */
  async add(proxies: readonly SampledProxy[]): Promise<void> {
    await Promise.all(
      proxies.map(async ({ pod, admin }) => {
        const clusters = await admin.clusters();
        const before = byCluster(await admin.stats(COUNTER_FILTER));
        this.#before.set(pod, before);
        this.#readHealth(pod, clusters, before);
        this.#limits.set(pod, new Map(clusters.map(({ name, thresholds }) => [name, thresholds])));
      }),
    );
    this.#proxies.push(
      ...proxies.map((proxy) => {
        const gauges = new GaugeReader(proxy.admin, proxy.keepsAll === true);
        return { ...proxy, gauges };
      }),
    );
  }

  /** A cluster's limits when the run began, in the proxy of a pod that may have died since. */
  limitsOf(pod: string, cluster: string): Thresholds | undefined {
    return this.#limits.get(pod)?.get(cluster);
  }

  /** Ejections that no reading showed and that were of no one endpoint for certain: a sentence each. */
  unplaced(): string[] {
    return [...this.#health].flatMap(([pod, record]) =>
      [...(this.#limits.get(pod)?.keys() ?? [])]
        .map((cluster) => ({ cluster, ejections: record.unplacedIn(cluster) }))
        .filter(({ ejections }) => ejections > 0)
        .map(
          ({ cluster, ejections }) =>
            `${ejections} of the ejections that ${pod} enforced in ${cluster} were over between two ` +
            'readings, and whom they met is not known: a longer baseEjectionTime can be seen',
        ),
    );
  }

  /** Ends the sampling, for a run that comes to no end of its own. */
  stop(): void {
    this.#stop.abort();
  }

  /**
   * The last reading, and everything that was seen. A proxy that died has no last reading.
   *
   * @param startedAt epoch ms from which the run's times count; requests count from it as well
   */
  async finish(startedAt: number): Promise<Proxy[]> {
    this.stop();
    await this.#loop;
    const proxies = this.#proxies.map(async (proxy): Promise<Proxy> => {
      await this.#sample(proxy).catch(() => undefined);
      const clusters = await this.#clusters(proxy, startedAt).catch(() => []);
      const { pod, role, concurrency } = proxy;
      return { pod, role, concurrency, clusters };
    });
    return Promise.all(proxies);
  }

  async #sampleUntilStopped(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // A proxy that has just died answers nothing; its end is reported by itself.
      await Promise.allSettled(this.#proxies.map((proxy) => this.#sample(proxy, signal)));
      await delay(this.#everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @param signal ends the reading between its two requests */
  async #sample({ pod, admin, gauges: reader }: Sampled, signal?: AbortSignal): Promise<void> {
    const read = await reader.read();
    signal?.throwIfAborted();
    const now = Date.now();
    if (reader.mayEject) this.#readHealth(pod, await admin.clusters(), read);
    for (const [cluster, { [EJECTIONS]: _, ...gauges }] of read) {
      for (const [name, value] of Object.entries(gauges)) {
        recordChange(this.#seriesOf(pod, cluster, name), now, value);
      }
    }
  }

  #readHealth(pod: string, clusters: readonly ClusterStatus[], counters: Counters): void {
    const record = getOrMake(this.#health, pod, () => new HealthRecord());
    record.read(Date.now(), clusters, (cluster) => counters.get(cluster)?.[EJECTIONS]);
  }

  #seriesOf(pod: string, cluster: string, gauge: string): Series {
    const clusters = getOrMake(this.#gauges, pod, () => new Map<string, Map<string, Series>>());
    const gauges = getOrMake(clusters, cluster, () => new Map<string, Series>());
    return getOrMake(gauges, gauge, () => ({ atMs: [], value: [] }));
  }

  /** The clusters that had anything to do in the run, and their siblings of the same service. */
  async #clusters(
    { pod, admin, outlierEvents }: SampledProxy,
    startedAt: number,
  ): Promise<Cluster[]> {
    const [counters, statuses, events] = await Promise.all([
      admin.stats(COUNTER_FILTER).then(byCluster),
      admin.clusters().then(servedClusters),
      outlierEvents(),
    ]);
    // A proxy whose statistics are switched off still counts what it sent to each host.
    const wasUsed = ({ name, hosts }: ClusterStatus): boolean =>
      Object.values(counters.get(name) ?? {}).some((value) => value > 0) ||
      hosts.some(({ stats }) => (stats['rq_total'] ?? 0) > 0);
    const services = new Set(statuses.filter(wasUsed).map(({ name }) => serviceOf(name)));
    return statuses.flatMap(({ name, thresholds, hosts }): Cluster[] => {
      if (!services.has(serviceOf(name))) return [];
      const after = counters.get(name) ?? {};
      return [
        {
          name,
          thresholds,
          before: this.#before.get(pod)?.get(name) ?? {},
          after,
          gauges: Object.fromEntries(
            [...(this.#gauges.get(pod)?.get(name) ?? [])].map(([gauge, { atMs, value }]) => [
              gauge,
              { atMs: atMs.map((at) => at - startedAt), value },
            ]),
          ),
          endpoints: hosts.map((host) => ({
            pod: this.#podAt(host.address),
            address: host.address,
            cxActive: host.stats['cx_active'] ?? 0,
            cxTotal: host.stats['cx_total'] ?? 0,
            rqTotal: host.stats['rq_total'] ?? 0,
            rqError: host.stats['rq_error'] ?? 0,
            health: healthOf(
              this.#health.get(pod)?.of(name, host.address) ?? [],
              events.filter(({ cluster, address }) => cluster === name && address === host.address),
            ).map(({ at, ejected, reason }) => ({
              atMs: Math.round(at - startedAt),
              outlierCheck: ejected ? 'FAILED' : 'OK',
              ...(ejected && reason !== undefined && { reason }),
            })),
          })),
        },
      ];
    });
  }
}

/** By Envoy's own record, which begins with the first ejection; before it, what was sampled. */
function healthOf(
  sampled: readonly HealthReading[],
  events: readonly OutlierEvent[],
): readonly (HealthReading & { readonly reason?: string })[] {
  const [first] = events;
  if (first === undefined) return sampled;
  return [...sampled.slice(0, 1).filter(({ at }) => at < first.at), ...events];
}

/** A series keeps the moments at which the value changed; while the run goes on, epoch ms. */
function recordChange(series: Series, at: number, value: number): void {
  if (series.value.at(-1) === value) return;
  series.atMs.push(at);
  series.value.push(value);
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

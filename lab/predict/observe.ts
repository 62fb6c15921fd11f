/** Simulated runs as observations, and one of them by the one door for observers. */
import { COUNTERS, type Gauge, GAUGES } from '../../envoy/statistics.ts';
import { PINNED_ENVOY } from '../../envoy/pinned.ts';
import type { Cluster, Observation, Proxy, Request } from '../../experiment/observation.ts';
import { finish } from '../analysis/finish.ts';
import type { Observe, Prepared } from '../watch/observe.ts';
import { modelOf } from './compile/modelOf.ts';
import type { Costs } from './costs.ts';
import { FLAGS, REFUSALS, type Run } from './engine/run.ts';
import { Simulator } from './engine/simulate.ts';
import type { Model } from './model.ts';

export interface PredictedOptions {
  readonly seed?: number;
  readonly costs?: Costs;
}

/** By one simulated run: what a run of this experiment may look like. */
export function predicted({ seed = 0, costs }: PredictedOptions = {}): Observe {
  return (prepared, { signal }) => {
    signal.throwIfAborted();
    return Promise.resolve(observations(prepared, costs)(seed));
  };
}

/**
 * By as many as are asked for, each by its seed.
 *
 * @throws LabError for an experiment that cannot be predicted
 */
export function observations(prepared: Prepared, costs?: Costs): (seed: number) => Observation {
  const model = modelOf(prepared, costs);
  const simulator = new Simulator(model);
  return (seed) => observationOf(prepared, model, simulator.run(seed), simulator);
}

function observationOf(
  { mesh, experiment, timeScale, digest }: Prepared,
  model: Model,
  run: Run,
  simulator: Simulator,
): Observation {
  return finish({
    source: 'prediction',
    // It begins at no time of day; the same prediction is the same document.
    startedAt: new Date(0).toISOString(),
    versions: { envoy: PINNED_ENVOY, istio: null },
    ...{ experiment, timeScale, digest },
    batches: run.batches,
    requests: requestsOf(model, run),
    proxies: proxiesOf(model, run, simulator),
    leftOut: [...model.leftOut],
    madeUp: [...mesh.madeUp],
  });
}

function requestsOf(model: Model, run: Run): Request[] {
  const requests: Request[] = [];
  for (let row = 0; row < run.requests; row += 1) {
    const batch = run.batch[row] ?? 0;
    const endedMs = run.endedMs[row] ?? -1;
    if (batch >= run.batches || endedMs < 0) continue;
    const cluster = model.clusters[run.cluster[row] ?? -1];
    const endpoint = model.endpointSets[cluster?.endpoints ?? -1]?.[run.endpoint[row] ?? -1];
    const refusedBy = REFUSALS[run.refusedBy[row] ?? 0] ?? null;
    const status = run.status[row] ?? 0;
    requests.push({
      id: idOf(run.seed, row),
      client: model.clients[run.client[row] ?? -1]?.pod ?? '',
      batch,
      warmUp: batch < run.firstWarm,
      sentMs: rounded(run.sentMs[row] ?? 0),
      endedMs: rounded(endedMs),
      status,
      flags: {
        client: cluster === undefined && status === 0 ? null : (FLAGS[run.flag[row] ?? 0] ?? ''),
        server: (run.attempts[row] ?? 0) === 0 ? null : flagOfServer(refusedBy),
      },
      endpoint: endpoint?.pod ?? null,
      attempts: run.attempts[row] ?? 0,
      refusedBy,
      ...(status === 0 && { error: refusedBy === 'timeout' ? 'TIMEOUT' : 'ECONNREFUSED' }),
    });
  }
  return requests.sort((a, b) => a.sentMs - b.sentMs);
}

function flagOfServer(refusedBy: Request['refusedBy']): string {
  return refusedBy?.startsWith('server-proxy/') === true ? 'UO' : '';
}

/** In the form of those that clients make, and nobody's but this run's. */
function idOf(seed: number, row: number): string {
  const hex = (value: number, digits: number): string =>
    value.toString(16).padStart(digits, '0').slice(-digits);
  return `${hex(seed, 8)}-0000-4000-8000-${hex(row, 12)}`;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Those that were called, as a run's sampler leaves out what nobody used. */
function proxiesOf(model: Model, run: Run, simulator: Simulator): Proxy[] {
  return model.proxies.map(({ pod, role, workers }, proxy) => ({
    pod,
    role,
    concurrency: workers,
    clusters: model.clusters.flatMap((cluster, index) =>
      cluster.proxy === proxy && simulator.clusters.at(index).isUsed
        ? [clusterOf(model, run, simulator, index)]
        : [],
    ),
  }));
}

function clusterOf(model: Model, run: Run, simulator: Simulator, index: number): Cluster {
  const { name, limits, endpoints } = model.clusters[index] as Model['clusters'][number];
  const own = run.health.filter(({ cluster }) => cluster === index);
  const peaks = peaksOf(simulator, index);
  return {
    name,
    thresholds: limits,
    before: Object.fromEntries(COUNTERS.map((counter) => [counter, 0])),
    after: { ...run.counters[index] },
    // What it was at first, and the most that it came to be.
    gauges: Object.fromEntries(
      GAUGES.map((gauge) => [
        gauge,
        { atMs: [0, rounded(run.durationMs)], value: [peaks.first[gauge], peaks.most[gauge]] },
      ]),
    ),
    endpoints: (model.endpointSets[endpoints] ?? []).map(({ pod, address }, host) => ({
      ...{ pod, address, ...callsOf(simulator, index, host) },
      health: [
        { atMs: 0, outlierCheck: 'OK' as const },
        ...own
          .filter(({ endpoint }) => endpoint === host)
          .map(({ atMs, ejected, reason }) => ({
            atMs: rounded(atMs),
            outlierCheck: ejected ? ('FAILED' as const) : ('OK' as const),
            ...(reason !== '' && { reason }),
          })),
      ],
    })),
  };
}

/** What the gauges were at first, and the most that they came to be. */
function peaksOf(
  { clusters }: Simulator,
  cluster: number,
): { first: Record<Gauge, number>; most: Record<Gauge, number> } {
  const state = clusters.at(cluster);
  const healthy = { membership_healthy: state.endpoints.length };
  const none = Object.fromEntries(GAUGES.map((gauge) => [gauge, 0])) as Record<Gauge, number>;
  return {
    first: { ...none, ...healthy },
    most: { ...none, ...state.peaks, ...healthy },
  };
}

/** What an endpoint had to do. */
function callsOf(
  { hosts, clusters }: Simulator,
  cluster: number,
  host: number,
): Pick<Cluster['endpoints'][number], 'cxActive' | 'cxTotal' | 'rqTotal' | 'rqError'> {
  const { cxActive, cxTotal, rqTotal, rqError } = hosts.of(clusters.at(cluster), host);
  return { cxActive, cxTotal, rqTotal, rqError };
}

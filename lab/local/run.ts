/** One run of an experiment on the local mesh: from its objects to an observation. */
import { CLIENT, LOADS } from '../../apps/contract.ts';
import { durationMs } from '../../istio/duration.ts';
import { findEnvoy } from '../environment/envoyBinary.ts';
import { settingsOf } from '../istiod/settings.ts';
import { podId } from '../mesh/model.ts';
import { toleratedLag } from '../mesh/tolerance.ts';
import type { Observation, Proxy } from '../../experiment/observation.ts';
import { conclude } from '../watch/conclude.ts';
import type { Observe, Prepared, Watching } from '../watch/observe.ts';
import { LogWait } from '../watch/logWait.ts';
import { Recorder } from '../watch/recorder.ts';
import { Sampler } from '../watch/sampler.ts';
import { longestSilence, silenceFault } from '../watch/silence.ts';
import { mostBatches, untilSeen } from '../watch/untilSeen.ts';
import { loggedMs } from './flush.ts';
import { planHey, runHey } from './hey.ts';
import { LocalMesh } from './localMesh.ts';
import { serveMetrics } from './metricsServer.ts';
import { MachineWatch } from './machineWatch.ts';
import { planOf, type PlannedClient } from '../mesh/plan.ts';
import { tcpPlace } from './tcpWays.ts';
import { refuseTooMany } from './tooMany.ts';

export interface LocalOptions {
  /** Whether `hey` sends the same load afterwards, to a mesh of its own; not unless it is asked to. */
  readonly hey?: boolean;
  /**
   * The port of 127.0.0.1 at which the breakers' metrics are served while it runs, 0 for one that the
   * system chooses; unset for none.
   */
  readonly metricsPort?: number | undefined;
}

/** Those of an Envoy that died never come. */
const LOG_LINES = { limitMs: 1000, lookEveryMs: 10 };

/** What the way of a word to all clients may take, so that they begin together. */
const TOLD_MS = 20;

/**
 * On real Envoys on this machine.
 *
 * @throws LabError before anything is started, for objects that the local platform cannot run, and
 *   for a `hey` that cannot run, and for a port that is taken
 * @throws the signal's reason after everything was stopped
 */
export function runLocally(options: LocalOptions = {}): Observe {
  return (prepared, watching) => run(prepared, watching, options);
}

async function run(
  { mesh, experiment, timeScale, digest }: Prepared,
  { signal, onProgress }: Watching,
  options: LocalOptions,
): Promise<Observation> {
  const plan = planOf(mesh);
  refuseTooMany(plan);
  const heyPlan = options.hey === true ? await planHey(plan) : undefined;
  const envoy = await findEnvoy({
    onProgress: (text) => {
      onProgress({ kind: 'note', text });
    },
  });
  signal.throwIfAborted();

  const faults: string[] = [];
  const toleratedMs = toleratedLag(mesh, durationMs(experiment.serviceTime) * timeScale);
  const recorder = new Recorder(plan.clients.length, LOADS[experiment.load].inBatches, (event) => {
    onProgress({ kind: 'client', event });
  });
  const local = new LocalMesh({
    mesh,
    plan,
    timeScale,
    envoy: envoy.path,
    onAccessLog: (pod, role, line) => {
      recorder.proxyLine(pod, role, line);
    },
    onClientLine: (line) => {
      recorder.clientLine(line);
    },
    labelled: options.metricsPort !== undefined,
    clientEnv: { [CLIENT.batches]: String(mostBatches(experiment)) },
    onLag: (lag) => {
      recorder.lags.push(lag);
    },
    onEnd: (pod, how) => {
      if (!recorder.hasDone(podId(pod))) faults.push(how);
    },
  });

  const passesProxy = ({ pod }: PlannedClient): boolean =>
    pod.proxy === 'sidecar' || plan.gateways.length + plan.standalone.length > 0;
  const logged = new Set(plan.clients.filter(passesProxy).map(({ pod }) => podId(pod)));
  const overTcp = new Set(
    plan.clients
      .filter(({ pod, url }) => logged.has(podId(pod)) && tcpPlace(mesh, pod, url) !== undefined)
      .map(({ pod }) => podId(pod)),
  );
  const logWait = new LogWait(
    {
      // What failed in the client's own hands need not have reached its proxy; a connection did.
      ended: () =>
        recorder.responses
          .filter(
            ({ client, status, from }) =>
              (status > 0 && logged.has(client)) || (from !== undefined && overTcp.has(client)),
          )
          .map(({ id }) => id),
      logs: () => recorder.logs,
      serversLog: plan.servers.some(({ pod }) => pod.proxy !== 'none'),
      signal,
    },
    { ...LOG_LINES, wayMs: loggedMs(plan) },
  );

  const silenceMs = Math.max(...plan.clients.map(({ env }) => longestSilence((name) => env[name])));
  const machine = new MachineWatch((lag) => {
    recorder.lags.push(lag);
  });

  let startedAt: number;
  let batches: number;
  let proxies: Proxy[];
  let sampler: Sampler | undefined;
  const metrics =
    options.metricsPort === undefined
      ? undefined
      : await serveMetrics(
          () => local.proxies.map(({ envoy: { admin } }) => admin),
          options.metricsPort,
        );
  try {
    await local.start();
    signal.throwIfAborted();
    onProgress({ kind: 'started', envoy: envoy.version, proxies: local.proxies.length });
    if (metrics) onProgress({ kind: 'note', text: `its metrics, while it lasts: ${metrics.url}` });

    startedAt = Date.now();
    sampler = new Sampler(
      local.proxies.map(({ pod, role, envoy: { admin, outlierEvents } }) => ({
        pod: podId(pod),
        role,
        concurrency: pod.proxyConcurrency,
        admin,
        outlierEvents,
        keepsAll: true,
      })),
      (address) => local.podAt(address),
    );
    // What the counters show before the first request is not the run's.
    await sampler.start();
    void machine.start();
    machine.add(local.processes());
    if (local.forwards) machine.addOwn('the lab, in place of kube-proxy,');
    local.tellClients(Date.now() + TOLD_MS);
    batches = await untilSeen({
      recorder,
      experiment,
      toleratedMs,
      isOver: () => {
        if (recorder.silentFor() > silenceMs) {
          const clients = plan.clients.map(({ pod }) => podId(pod));
          faults.push(silenceFault(silenceMs, recorder.waitedFor(clients)));
        }
        return recorder.allDone || faults.length > 0;
      },
      logsRead: () => logWait.untilLogged(),
      signal,
      onProgress,
    });
    proxies = await sampler.finish(startedAt);
  } finally {
    machine.stop();
    sampler?.stop();
    metrics?.stop();
    await local.stop();
  }
  const external =
    heyPlan === undefined
      ? []
      : [await runHey({ ...heyPlan, mesh, plan, timeScale, envoy: envoy.path, signal })];
  return conclude({
    source: 'local',
    recorder,
    toleratedMs,
    startedAt,
    overTcp,
    podAt: (address) => local.podAt(address),
    workloadOf: (id) => mesh.pods.find((pod) => podId(pod) === id)?.workload ?? id,
    limitsOf: (pod, cluster) => sampler.limitsOf(pod, cluster),
    versions: { envoy: envoy.version, istio: null },
    digest,
    timeScale,
    experiment,
    batches,
    proxies,
    external,
    faults,
    leftOut: [...mesh.leftOut],
    madeUp: [...mesh.madeUp],
    settings: settingsOf(mesh),
  });
}

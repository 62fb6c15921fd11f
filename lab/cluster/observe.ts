/** One experiment in a cluster, watched through the Kubernetes API: from its objects to an observation. */
import { LOADS } from '../../apps/contract.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { durationMs } from '../../istio/duration.ts';
import { toleratedLag } from '../mesh/tolerance.ts';
import type { Observation } from '../../experiment/observation.ts';
import { conclude } from '../watch/conclude.ts';
import type { Observe, Prepared, Watching } from '../watch/observe.ts';
import { LogWait } from '../watch/logWait.ts';
import { Recorder } from '../watch/recorder.ts';
import { Sampler } from '../watch/sampler.ts';
import { silenceFault } from '../watch/silence.ts';
import { untilSeen } from '../watch/untilSeen.ts';
import { ClusterApi } from './api.ts';
import { endedBy } from './kubeconfig.ts';
import { apartOf, leftOutOf, missedOf, unloggedOf } from './limits.ts';
import { Listening } from './listening.ts';
import { idOf } from './podState.ts';
import { watchPods } from './podWatch.ts';
import { Proxies } from './proxies.ts';
import { findMembers, type Member, refuseOtherObjects } from './roster.ts';
import { Rounds } from './rounds.ts';
import { allOf, gatewaysOf, type Reached, type Sidecar, sidecarsOf } from './sidecars.ts';
import { workloadsOf } from './workloads.ts';

/** Each reading goes through the API server: often enough to see an ejection, and no burden to it. */
const SAMPLE_EVERY_MS = 500;

/** What the last lines of a client need for their way, where there is no proxy to be waited for. */
const CLIENT_LOG_MS = 300;

/** Over mutual TLS pools grow more slowly than on loopback, for which maxBatches is meant. */
const GROWS_SLOWER = 2;

/**
 * What the objects do where they are deployed.
 *
 * @throws LabError where there is nothing to observe: no cluster, no permission, not the stack's
 *   objects, pods that cannot become ready
 * @throws the signal's reason
 */
export function observeCluster(kubeconfig: KubeConfig): Observe {
  return (prepared, watching) => observe(kubeconfig, prepared, watching);
}

async function observe(
  kubeconfig: KubeConfig,
  { objects, mesh, experiment, digest }: Prepared,
  { signal, onProgress }: Watching,
): Promise<Observation> {
  const { stack } = experiment;
  const note = (text: string): void => {
    onProgress({ kind: 'note', text });
  };
  const done = new AbortController();
  const end = AbortSignal.any([signal, done.signal]);
  const api = new ClusterApi(endedBy(kubeconfig, end), `stack ${stack}`);
  const workloads = workloadsOf(objects);
  await refuseOtherObjects(api, stack, objects);
  const members = await findMembers({ api, stack, workloads, signal, onNote: note });
  const faults: string[] = [];
  const proxies = new Proxies(api, end, (fault) => {
    faults.push(fault);
  });
  const sidecars = allOf(sidecarsOf(members), await gatewaysOf(api, objects));
  const reached = await proxies.reach(sidecars);
  note(described(members, reached));

  signal.throwIfAborted();
  const isBatch = LOADS[experiment.load].inBatches;
  const toleratedMs = toleratedLag(mesh, durationMs(experiment.serviceTime));
  const recorder = new Recorder(clientsOf(members).length, isBatch, (event) => {
    onProgress({ kind: 'client', event });
  });
  const podNames = new Map(members.map(({ pod }) => [pod.status?.podIP ?? '', idOf(pod)]));
  const podAt = (address: string): string =>
    podNames.get(address.slice(0, address.lastIndexOf(':'))) ?? address;
  const startedAt = Date.now();
  const sampler = new Sampler(reached, podAt, SAMPLE_EVERY_MS);
  // Without batches there is no next one for which another could be too late.
  const intervalMs = isBatch
    ? Math.max(...workloads.map((workload) => workload.intervalMs))
    : Infinity;
  // A closed or paced load is one batch that begins with its pod, long before anybody looks.
  const since = isBatch ? startedAt : 0;
  const rounds = new Rounds(clientsOf(members), since, intervalMs, (event) => {
    recorder.clientEvent(event);
  });
  const listening = new Listening({ api, recorder, rounds, since, faults, signal: end });

  const logWait = new LogWait({
    ended: () => answeredIn(recorder, recorder.finishedBatches),
    logs: () => recorder.logs,
    serversLog: sidecars.some(({ role }) => role === 'server'),
    signal,
  });

  let isLost = false;
  try {
    await sampler.start();
    listening.follow(members, sidecars);
    void watchPods({
      api,
      workloads,
      members,
      signal: end,
      onFault: (fault) => {
        faults.push(fault);
        note(fault);
      },
      onChange: (now) => {
        for (const { pod } of now) podNames.set(pod.status?.podIP ?? '', idOf(pod));
        rounds.began(clientsOf(now), isBatch ? Date.now() : 0);
        listening.follow(now, sidecarsOf(now));
        void sampleToo(proxies, sampler, sidecarsOf(now));
        note(`going on with ${clientsOf(now).join(', ')}`);
      },
      onLost: () => {
        isLost = true;
      },
    });
    const longest = Math.max(...workloads.map(({ silenceMs }) => silenceMs));
    const batches = await untilSeen({
      recorder,
      experiment: { ...experiment, maxBatches: experiment.maxBatches * GROWS_SLOWER },
      toleratedMs,
      isOver: () => {
        // Batches go on for ever: a client that ends them was stopped, and its pod is a fault.
        if (isLost || (!isBatch && recorder.allDone)) return true;
        if (listening.silentFor() < longest) return false;
        faults.push(silenceFault(longest, recorder.waitedFor(clientsOf(members))));
        return true;
      },
      logsRead: () =>
        sidecars.some(({ role }) => role !== 'server')
          ? logWait.untilLogged()
          : delay(CLIENT_LOG_MS, undefined, { signal }),
      signal,
      onProgress,
    });
    faults.push(...(await proxies.brokenGateways(objects)));
    // One clock for requests, gauges and ejections, whichever was first.
    const begunAt = Math.min(startedAt, firstSent(recorder));
    const sampled = await sampler.finish(begunAt);
    return conclude({
      source: 'cluster',
      recorder,
      toleratedMs,
      startedAt: begunAt,
      podAt,
      workloadOf: (id) => members.find(({ pod }) => idOf(pod) === id)?.workload.name ?? id,
      limitsOf: (pod, cluster) => sampler.limitsOf(pod, cluster),
      versions: proxies.versions,
      digest,
      timeScale: 1,
      experiment,
      batches,
      proxies: sampled,
      external: [],
      faults: [...new Set(faults)],
      missed: [
        ...missedOf(recorder.responses, startedAt),
        ...(isBatch ? apartOf(rounds.spreadMs, toleratedMs) : []),
      ],
      unseen: [...unloggedOf(recorder, batches, proxies.sidecars), ...sampler.unplaced()],
      leftOut: leftOutOf({
        ...{ members, sidecars, objects, isBatch },
        spreadMs: rounds.spreadMs,
      }),
    });
  } finally {
    done.abort();
    sampler.stop();
    proxies.close();
  }
}

/** Whose pods came instead of others; one that goes again at once says so by itself. */
async function sampleToo(
  proxies: Proxies,
  sampler: Sampler,
  sidecars: readonly Sidecar[],
): Promise<void> {
  await sampler.add(await proxies.reach(sidecars)).catch(() => undefined);
}

function clientsOf(members: readonly Member[]): string[] {
  return members.filter(({ workload }) => workload.role === 'client').map(({ pod }) => idOf(pod));
}

/** Ids of the requests of the first batches. */
function answeredIn({ responses }: Recorder, batches: number): string[] {
  return responses.filter(({ batch }) => batch < batches).map(({ id }) => id);
}

function firstSent({ responses }: Recorder): number {
  return Math.floor(Math.min(Infinity, ...responses.map(({ sentAt }) => sentAt)));
}

function described(members: readonly Member[], reached: readonly Reached[]): string {
  const clients = clientsOf(members).length;
  const [first] = reached;
  const by =
    first === undefined
      ? 'no sidecars'
      : `${reached.length} proxies of Envoy ${first.versions.envoy ?? 'unknown'}`;
  return `observing ${clients} of ${members.length} pods as clients, ${by}`;
}

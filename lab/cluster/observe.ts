/** One experiment in a cluster, watched through the Kubernetes API: from its objects to an observation. */
import { LOADS } from '../../apps/contract.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { durationMs } from '../../istio/duration.ts';
import type { KubernetesObject } from '../objects/object.ts';
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
import { idOf, whatBroke } from './podState.ts';
import { watchPods } from './podWatch.ts';
import { findMembers, type Member, refuseOtherObjects } from './roster.ts';
import { Rounds } from './rounds.ts';
import {
  allOf,
  gatewaysOf,
  hasProxy,
  type Reached,
  reach,
  type Sidecar,
  sidecarsOf,
} from './sidecars.ts';
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
  const api = new ClusterApi(endedBy(kubeconfig, end), stack);
  const workloads = workloadsOf(objects);
  await refuseOtherObjects(api, stack, objects);
  const members = await findMembers({ api, stack, workloads, signal, onNote: note });
  const sidecars = allOf(sidecarsOf(members), await gatewaysOf(api, objects));

  const faults: string[] = [];
  const proxies = await reachAll(api, sidecars, faults);
  note(described(members, proxies));

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
  const sampler = new Sampler(proxies, podAt, SAMPLE_EVERY_MS);
  const intervalMs = Math.max(...workloads.map((workload) => workload.intervalMs));
  // A closed or paced load is one batch that begins with its pod, long before anybody looks.
  const since = isBatch ? startedAt : 0;
  const rounds = new Rounds(clientsOf(members), since, intervalMs, (event) => {
    recorder.clientEvent(event);
  });
  const listening = new Listening({ api, recorder, rounds, since, faults, signal: end });

  const logWait = new LogWait({
    ended: () => answeredIn(recorder, recorder.finishedBatches),
    logs: recorder.logs,
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
    faults.push(...(await brokenGateways(api, objects, sidecars)));
    // One clock for requests, gauges and ejections, whichever was first.
    const begunAt = Math.min(startedAt, firstSent(recorder));
    const sampled = await sampler.finish(begunAt);
    return conclude({
      source: 'cluster',
      recorder,
      toleratedMs,
      startedAt: begunAt,
      podAt,
      limitsOf: (pod, cluster) => sampler.limitsOf(pod, cluster),
      versions: proxies[0]?.versions ?? { envoy: null, istio: null },
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
      unseen: [...unloggedOf(recorder, batches, sidecars), ...sampler.unplaced()],
      leftOut: leftOutOf({
        ...{ members, sidecars, objects, isBatch },
        spreadMs: rounds.spreadMs,
      }),
    });
  } finally {
    done.abort();
    sampler.stop();
    for (const proxy of proxies) proxy.close();
  }
}

/** Those whose admin interface answers; each of the others is a fault, as its figures will be missing. */
async function reachAll(
  api: ClusterApi,
  sidecars: readonly Sidecar[],
  faults: string[],
): Promise<Reached[]> {
  const reached = await Promise.allSettled(sidecars.map((sidecar) => reach(api, sidecar)));
  return reached.flatMap((one, index) => {
    if (one.status === 'fulfilled') return [one.value];
    const pod = sidecars[index]?.pod;
    const name = pod === undefined ? '' : idOf(pod);
    faults.push(`the proxy of ${name} cannot be asked: ${(one.reason as Error).message}`);
    return [];
  });
}

/** Gateways are nobody's Deployment of the experiment: they are asked for once more, at the end. */
async function brokenGateways(
  api: ClusterApi,
  objects: readonly KubernetesObject[],
  sidecars: readonly Sidecar[],
): Promise<string[]> {
  const before = sidecars.filter(({ role, pod }) => role === 'gateway' && hasProxy(pod));
  if (before.length === 0) return [];
  const now = new Map((await gatewaysOf(api, objects)).map(({ pod }) => [idOf(pod), pod]));
  return before.flatMap(({ pod }) => whatBroke(pod, now.get(idOf(pod))));
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

function described(members: readonly Member[], proxies: readonly Reached[]): string {
  const clients = clientsOf(members).length;
  const [first] = proxies;
  const by =
    first === undefined
      ? 'no sidecars'
      : `${proxies.length} proxies of Envoy ${first.versions.envoy ?? 'unknown'}`;
  return `observing ${clients} of ${members.length} pods as clients, ${by}`;
}

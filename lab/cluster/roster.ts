/** The pods of an experiment, found and ready; else one message that says what is missing. */
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { environmentError } from '../../errors/labError.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ClusterApi } from './api.ts';
import { difference } from './drift.ts';
import { isGoing, nameOf, whyNotReady } from './podState.ts';
import { isOf, type Workload } from './workloads.ts';

export interface Member {
  readonly pod: V1Pod;
  readonly workload: Workload;
}

export interface Search {
  readonly api: ClusterApi;
  readonly stack: string;
  readonly workloads: readonly Workload[];
  readonly signal: AbortSignal;
  readonly onNote: (text: string) => void;
}

/** Pods that only need time are given this much. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 1000;

/** @throws LabError naming the object that is missing in the cluster, or is not the stack's */
export async function refuseOtherObjects(
  api: ClusterApi,
  stack: string,
  objects: readonly KubernetesObject[],
): Promise<void> {
  for (const namespace of new Set(objects.map(({ metadata }) => metadata.namespace))) {
    if (namespace === undefined || (await api.namespace(namespace)) !== undefined) continue;
    throw environmentError(
      `stack ${stack}: the cluster at ${api.server} has no namespace ${namespace}: ${deploy(stack)}`,
    );
  }
  for (const object of objects) {
    const { kind, metadata } = object;
    const name = `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
    const found = await api.object(object);
    if (found === undefined) {
      throw environmentError(
        `stack ${stack}: the cluster at ${api.server} has no ${name}: ${deploy(stack)}`,
      );
    }
    const { apiVersion: _, ...wanted } = object;
    const differs = difference(wanted, found);
    if (differs === undefined) continue;
    throw environmentError(
      `stack ${stack}: ${name} in the cluster is not the stack's: ${differs}. ` +
        'Deploy what is here (pulumi up), or observe with the settings that are there (--set).',
    );
  }
}

/**
 * Every pod that the Deployments ask for, ready.
 *
 * @throws LabError with a pod's own reason where one cannot become ready, or does not in time
 */
export async function findMembers(search: Search): Promise<Member[]> {
  const { api, stack, workloads, signal, onNote } = search;
  if (!workloads.some(({ role, replicas }) => role === 'client' && replicas > 0)) {
    throw environmentError(
      `stack ${stack}: none of its Deployments is a client (a container with LOG_FORMAT=json): ` +
        'there is nothing to observe',
    );
  }
  const deadline = Date.now() + PATIENCE_MS;
  for (let waited = false; ; waited = true) {
    signal.throwIfAborted();
    const members = await membersOf(api, workloads);
    const missing = missingOf(workloads, members);
    if (missing === undefined) return members;
    if (!missing.mayCome || Date.now() > deadline) {
      const inVain = missing.mayCome ? ` (waited ${PATIENCE_MS / 1000} s)` : '';
      throw environmentError(`stack ${stack}: ${missing.reason}${inVain}. ${missing.remedy}`);
    }
    if (!waited) onNote(`waiting: ${missing.reason}`);
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

export async function membersOf(
  api: ClusterApi,
  workloads: readonly Workload[],
): Promise<Member[]> {
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const pods = (await Promise.all(namespaces.map((name) => api.pods(name)))).flat();
  return pods
    .filter((pod) => !isGoing(pod))
    .flatMap((pod) => {
      const workload = workloads.find((candidate) => isOf(pod, candidate));
      return workload === undefined ? [] : [{ pod, workload }];
    });
}

interface Missing {
  readonly reason: string;
  readonly mayCome: boolean;
  readonly remedy: string;
}

function missingOf(
  workloads: readonly Workload[],
  members: readonly Member[],
): Missing | undefined {
  const lacks: Missing[] = [];
  for (const workload of workloads) {
    const { name, namespace, replicas } = workload;
    const own = members.filter((member) => member.workload === workload);
    for (const { pod } of own) {
      const unready = whyNotReady(pod);
      if (unready === undefined) continue;
      lacks.push({
        reason: `pod ${namespace}/${nameOf(pod)} is not ready: ${unready.reason}`,
        mayCome: unready.mayCome,
        remedy: remedyFor(unready.reason, namespace, nameOf(pod)),
      });
    }
    if (own.length >= replicas) continue;
    lacks.push({
      reason: `Deployment ${namespace}/${name} has ${own.length} of ${replicas} pods`,
      mayCome: true,
      remedy: `What keeps it: kubectl -n ${namespace} describe replicaset`,
    });
  }
  return lacks.find(({ mayCome }) => !mayCome) ?? lacks[0];
}

const REMEDIES: readonly (readonly [sign: RegExp, remedy: string])[] = [
  [
    /ImagePull|ErrImageNeverPull|InvalidImageName/,
    'Build and push the image of apps/, or load it into the nodes; serverImage and clientImage name it.',
  ],
  [/Unschedulable/, 'Give the cluster room or fewer pods (serverReplicas, clientReplicas).'],
];

function remedyFor(reason: string, namespace: string, pod: string): string {
  const known = REMEDIES.find(([sign]) => sign.test(reason))?.[1];
  return known ?? `What it says: kubectl -n ${namespace} logs ${pod} --all-containers`;
}

function deploy(stack: string): string {
  return `deploy the stack first (pulumi up -s ${stack} with platform kubernetes, or lab synth ${stack} | kubectl apply --server-side -f -)`;
}

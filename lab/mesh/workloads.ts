/** The kinds that make pods, and how many of them. */
import { LabError } from '../../errors/labError.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { placeOf } from '../objects/origin.ts';
import { nameOf, namespaceOf, parseField } from '../objects/parse.ts';
import { podMetadata, workloadSpec, type WorkloadSpec } from './kubernetes.ts';

const GROUPS = new Set(['apps', 'batch', 'extensions']);

/** Pods of each, numbered from 0: a StatefulSet's are so in a cluster, the others' end at random there. */
const PODS: Readonly<Record<string, (spec: WorkloadSpec) => number>> = {
  Deployment: ({ replicas = 1 }) => replicas,
  ReplicaSet: ({ replicas = 1 }) => replicas,
  StatefulSet: ({ replicas = 1 }) => replicas,
  // One on each node; a machine is one node.
  DaemonSet: () => 1,
  Job: ({ parallelism = 1, completions = parallelism }) => Math.min(parallelism, completions),
};

/** Whether the object makes pods that are run here. */
export function makesPods({ kind, apiVersion }: KubernetesObject): boolean {
  return Object.hasOwn(PODS, kind) && GROUPS.has(apiVersion.split('/')[0] ?? '');
}

/** Of all workloads together: the largest cluster that Kubernetes is built for has 150,000. */
const MOST_PODS = 10_000;

export interface Workload {
  readonly object: KubernetesObject;
  readonly template: WorkloadSpec['template'];
  /** How many pods are made of the template. */
  readonly pods: number;
}

/**
 * The workloads of the objects, but for those that another of them made: a cluster's ReplicaSets
 * stand beside their Deployments.
 *
 * @throws LabError naming the largest where their pods are too many
 */
export function workloadsIn(objects: readonly KubernetesObject[]): Workload[] {
  const all = ownWorkloads(objects);
  const pods = all.reduce((sum, workload) => sum + workload.pods, 0);
  if (pods <= MOST_PODS) return all;
  const [largest] = all.toSorted((a, b) => b.pods - a.pods).map(({ object }) => object);
  const place = largest && placeOf(largest, ['spec']);
  const what = `all workloads together have ${pods} pods: at most ${MOST_PODS} are understood`;
  const parts = [place, largest && nameOf(largest), what];
  throw new LabError(parts.filter((part) => part !== undefined).join(': '));
}

function ownWorkloads(objects: readonly KubernetesObject[]): Workload[] {
  const all = objects.filter(makesPods);
  const key = (kind: string, name: string, namespace: string): string =>
    `${kind} ${namespace}/${name}`;
  const given = new Set(
    all.map((object) => key(object.kind, object.metadata.name, namespaceOf(object))),
  );
  return all
    .filter((object) => {
      const { ownerReferences = [] } = parseField(object, 'metadata', podMetadata);
      const owner = ownerReferences.find(({ controller }) => controller === true);
      return owner === undefined || !given.has(key(owner.kind, owner.name, namespaceOf(object)));
    })
    .map((object) => {
      const spec = parseField(object, 'spec', workloadSpec);
      return { object, template: spec.template, pods: PODS[object.kind]?.(spec) ?? 0 };
    });
}

/** Kinds that are passed over: each is named once, however many objects there are of it. */
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { nameOf } from '../objects/parse.ts';
import { isIstio } from './istioObjects.ts';
import { MODELLED_KINDS } from './policies.ts';
import { makesPods } from './workloads.ts';

/** Kubernetes' own groups that have nothing to do with traffic, and others' that only watch it. */
const SILENT_GROUPS = new Set([
  ...['policy', 'scheduling.k8s.io', 'storage.k8s.io', 'node.k8s.io', 'coordination.k8s.io'],
  ...['rbac.authorization.k8s.io', 'apiextensions.k8s.io', 'events.k8s.io', 'metrics.k8s.io'],
  ...['apiregistration.k8s.io', 'certificates.k8s.io', 'flowcontrol.apiserver.k8s.io'],
  ...['monitoring.coreos.com', 'cert-manager.io'],
]);

/** Of Kubernetes' core, read elsewhere or without effect on traffic. */
const SILENT = new Set([
  ...['Namespace', 'Pod', 'Service', 'ConfigMap', 'ServiceAccount', 'PersistentVolume'],
  ...['PersistentVolumeClaim', 'Event', 'Node', 'LimitRange', 'ResourceQuota'],
]);

type Words = Pick<LeftOut, 'sentence' | 'mayChangeOutcomes'>;

const UNKNOWN = changing('is of a kind that is not known here: ignored');

const WORDS: Readonly<Record<string, Words>> = {
  NetworkPolicy: changing('is not enforced: every pod can reach every pod'),
  AuthorizationPolicy: changing('is not enforced: every request is allowed'),
  RequestAuthentication: changing('is not enforced: no token is checked'),
  Secret: harmless('is not mounted: containers get their own env values only'),
  HorizontalPodAutoscaler: changing('does not scale: replicas stay as the Deployment says'),
  EnvoyFilter: changing("is not applied: Envoy's configuration is what istiod makes without it"),
  WasmPlugin: changing("is not applied: Envoy's filters are those that istiod makes without it"),
  WorkloadGroup: harmless('is not used: no machine joins the mesh'),
  CronJob: changing('is not run: no time comes at which it is due'),
  ReplicationController: changing('is not run: Deployments and ReplicaSets are'),
  Ingress: changing('is not served: only Istio Gateways are'),
  IngressClass: harmless('is not served: only Istio Gateways are'),
};

function changing(sentence: string): Words {
  return { sentence, mayChangeOutcomes: true };
}

function harmless(sentence: string): Words {
  return { sentence, mayChangeOutcomes: false };
}

/** Objects of one kind that are named; the others are counted. */
const NAMED = 3;

export function leftOutKinds(objects: readonly KubernetesObject[]): LeftOut[] {
  const passedOver = Map.groupBy(
    objects.filter((object) => !isSilent(object)),
    ({ apiVersion, kind }) => `${groupOf(apiVersion)} ${kind}`,
  );
  return [...passedOver.values()].map((all) => {
    const kind = all[0]?.kind ?? '';
    const [first = '', ...others] = all.slice(0, NAMED).map(nameOf);
    const names = [first, ...others.map((name) => name.slice(kind.length + 1))].join(', ');
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
    return { object: `${names}${more}`, ...(WORDS[kind] ?? UNKNOWN) };
  });
}

function isSilent(object: KubernetesObject): boolean {
  const { kind, apiVersion } = object;
  if (isIstio(object)) return MODELLED_KINDS.has(kind);
  const group = groupOf(apiVersion);
  if (group === '') return SILENT.has(kind);
  return makesPods(object) || kind === 'EndpointSlice' || SILENT_GROUPS.has(group);
}

/** Empty for Kubernetes' core. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

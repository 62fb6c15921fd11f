/** An object as a cluster has it, as a person would have written it: to be read, edited and committed. */
import type { KubernetesObject } from '../objects/object.ts';

/** What an API server or a controller writes into every object. */
const OF_THE_SERVER = new Set([
  'managedFields',
  'uid',
  'resourceVersion',
  'generation',
  'selfLink',
  'finalizers',
]);
const ANNOTATIONS_OF_TOOLS =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/revision|deprecated\.daemonset\.template\.generation|pulumi\.com\/.*)$/;

/** What an API server fills in where nothing is said, by field (pkg/apis/.../defaults.go of Kubernetes). */
const DEFAULTS: Readonly<Record<string, readonly unknown[]>> = {
  terminationMessagePath: ['/dev/termination-log'],
  terminationMessagePolicy: ['File'],
  imagePullPolicy: ['IfNotPresent', 'Always'],
  restartPolicy: ['Always'],
  dnsPolicy: ['ClusterFirst'],
  schedulerName: ['default-scheduler'],
  terminationGracePeriodSeconds: [30],
  progressDeadlineSeconds: [600],
  revisionHistoryLimit: [10],
  podManagementPolicy: ['OrderedReady'],
  sessionAffinity: ['None'],
  internalTrafficPolicy: ['Cluster'],
  externalTrafficPolicy: ['Cluster'],
  creationTimestamp: [null],
  securityContext: [{}],
  resources: [{}],
  serviceAccount: [undefined],
};

/** Fields of a Service's or a Pod's spec that the cluster has given out. */
const GIVEN_OUT: Readonly<Record<string, readonly string[]>> = {
  Service: ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy'],
  Pod: ['nodeName', 'tolerations', 'enableServiceLinks', 'preemptionPolicy', 'priority'],
};

export function tidied(object: KubernetesObject): KubernetesObject {
  const { apiVersion, kind, metadata, status, ...rest } = object;
  const plain = JSON.parse(JSON.stringify({ metadata, ...rest })) as Record<string, unknown>;
  const spec = plain['spec'] as Record<string, unknown> | undefined;
  for (const field of GIVEN_OUT[kind] ?? []) if (spec) Reflect.deleteProperty(spec, field);
  if (kind === 'Service' && spec && spec['clusterIP'] !== 'None') {
    Reflect.deleteProperty(spec, 'clusterIP');
  }
  return {
    apiVersion,
    kind,
    ...(withoutDefaults(plain) as Record<string, unknown>),
    metadata: tidyMetadata(plain['metadata'] as Record<string, unknown>, apiVersion),
  } as KubernetesObject;
}

function tidyMetadata(
  metadata: Readonly<Record<string, unknown>>,
  apiVersion: string,
): Record<string, unknown> {
  const annotations = Object.entries(
    (metadata['annotations'] ?? {}) as Record<string, string>,
  ).filter(([name]) => !ANNOTATIONS_OF_TOOLS.test(name));
  // Of two of Istio's rules, the older comes first.
  const isOrdered = apiVersion.includes('istio.io/');
  const kept = Object.entries(metadata).filter(
    ([field]) =>
      !OF_THE_SERVER.has(field) &&
      field !== 'annotations' &&
      (field !== 'creationTimestamp' || isOrdered),
  );
  return {
    ...Object.fromEntries(kept),
    ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
  };
}

function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field, given]) => !isDefault(field, given))
      .map(([field, given]) => [field, withoutDefaults(given)]),
  );
}

function isDefault(field: string, value: unknown): boolean {
  return (DEFAULTS[field] ?? []).some((known) => JSON.stringify(known) === JSON.stringify(value));
}

/** What the objects say and this project does not do: an entry each, never silence. */
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { nameOf, parseField } from '../objects/parse.ts';
import { PROXY_CONTAINER } from './containers.ts';
import { deploymentSpec, podSpec, serviceSpec, type PodSpec } from './kubernetes.ts';
import type { Mesh } from './model.ts';
import { isIstio } from './istioObjects.ts';
import { MODELLED_KINDS, type Policies } from './policies.ts';
import { leftOutOfTraffic } from './leftOutOfTraffic.ts';

/** Read elsewhere, or without effect on traffic. */
const SILENT = new Set([
  ...['Namespace', 'Pod', 'Deployment', 'Service', 'EndpointSlice', 'Endpoints', 'ReplicaSet'],
  ...['ServiceAccount', 'PodDisruptionBudget', 'Role', 'RoleBinding', 'ClusterRole'],
  ...['ClusterRoleBinding', 'CustomResourceDefinition', 'Event', 'Lease', 'Node', 'LimitRange'],
  'ConfigMap',
]);

type Reason = Pick<LeftOut, 'sentence' | 'mayChangeOutcomes'>;

const REASONS: Readonly<Record<string, Reason>> = {
  NetworkPolicy: changing('is not enforced: every pod can reach every pod'),
  AuthorizationPolicy: changing('is not enforced: every request is allowed'),
  RequestAuthentication: changing('is not enforced: no token is checked'),
  Secret: harmless('is not mounted: containers get their own env values only'),
  HorizontalPodAutoscaler: changing('does not scale: replicas stay as the Deployment says'),
  EnvoyFilter: changing("is not applied: Envoy's configuration is what istiod makes without it"),
  ServiceEntry: changing('is not resolved: only Services of the objects can be reached'),
  StatefulSet: changing('is not run: only Deployments and Pods are'),
  DaemonSet: changing('is not run: only Deployments and Pods are'),
  Job: changing('is not run: only Deployments and Pods are'),
  CronJob: changing('is not run: only Deployments and Pods are'),
  Ingress: changing('is not served: only Istio Gateways are'),
};

function changing(sentence: string): Reason {
  return { sentence, mayChangeOutcomes: true };
}

function harmless(sentence: string): Reason {
  return { sentence, mayChangeOutcomes: false };
}

/** `Mesh.leftOut`: of kinds, of single objects, of what traffic would need. */
export function leftOutOf(
  objects: readonly KubernetesObject[],
  mesh: Pick<Mesh, 'services'> & Policies,
): LeftOut[] {
  return [...objects.flatMap(ofKind), ...objects.flatMap(ofObject), ...leftOutOfTraffic(mesh)];
}

function ofKind(object: KubernetesObject): LeftOut[] {
  const { kind } = object;
  if (isIstio(object) ? MODELLED_KINDS.has(kind) : SILENT.has(kind)) return [];
  const reason = REASONS[kind] ?? changing('is of a kind that is not known here: ignored');
  return [{ object: nameOf(object), ...reason }];
}

function ofObject(object: KubernetesObject): LeftOut[] {
  const entries = ownOf(object);
  return entries.map((entry) => ({ object: nameOf(object), ...entry }));
}

type OwnEntry = Omit<LeftOut, 'object'>;

function ownOf(object: KubernetesObject): OwnEntry[] {
  if (object.kind === 'Pod') return ofPod(parseField(object, 'spec', podSpec), 'spec');
  if (object.kind === 'Deployment') {
    return ofPod(parseField(object, 'spec', deploymentSpec).template.spec, 'spec.template.spec');
  }
  if (object.kind !== 'Service') return [];
  const spec = parseField(object, 'spec', serviceSpec);
  if (spec.type === 'ExternalName') {
    return [{ field: 'spec.type', ...changing('an ExternalName is not resolved') }];
  }
  const headless: OwnEntry[] =
    spec.clusterIP === 'None'
      ? [
          {
            field: 'spec.clusterIP',
            ...changing('headless, but reached like one with a cluster IP'),
          },
        ]
      : [];
  const datagrams = (spec.ports ?? []).flatMap(({ protocol = 'TCP', port }, i): OwnEntry[] =>
    protocol === 'TCP'
      ? []
      : [
          {
            field: `spec.ports.${i}.protocol`,
            ...harmless(`port ${port} (${protocol}) is not carried`),
          },
        ],
  );
  return [...headless, ...datagrams];
}

/** Every running pod has one; nothing here asks the API server for anything. */
const TOKEN_VOLUME = 'kube-api-access-';
const KNOWN_FIELDS = new Set(['metadata.name', 'metadata.namespace', 'status.podIP']);

/** @param at where in the object the pod's spec stands */
function ofPod(spec: PodSpec, at: string): OwnEntry[] {
  const { initContainers = [], containers, volumes = [] } = spec;
  const mountable = new Set(
    volumes.filter((volume) => volume.configMap ?? volume['emptyDir']).map(({ name }) => name),
  );
  const init = initContainers.flatMap(({ name }, i): OwnEntry[] =>
    name.startsWith('istio-')
      ? []
      : [{ field: `${at}.initContainers.${i}`, ...harmless(`${name} is not run`) }],
  );
  const own = containers.flatMap(
    ({ name, env = [], envFrom = [], volumeMounts = [] }, i): OwnEntry[] => {
      if (name === PROXY_CONTAINER) return [];
      const say = (field: string, what: string): OwnEntry => ({
        field: `${at}.containers.${i}.${field}`,
        ...harmless(what),
      });
      return [
        ...(envFrom.length === 0 ? [] : [say('envFrom', 'is ignored')]),
        ...env.flatMap(({ name: variable, valueFrom }, j) =>
          valueFrom === undefined || KNOWN_FIELDS.has(valueFrom.fieldRef?.fieldPath ?? '')
            ? []
            : [say(`env.${j}`, `${variable} has no plain value and is not set`)],
        ),
        ...volumeMounts.flatMap(({ name: volume }, j) =>
          mountable.has(volume) || volume.startsWith(TOKEN_VOLUME)
            ? []
            : [say(`volumeMounts.${j}`, `${volume} is not mounted; only ConfigMaps are`)],
        ),
      ];
    },
  );
  return [...init, ...own];
}

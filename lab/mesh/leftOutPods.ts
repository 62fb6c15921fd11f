/** What of pods is not run, and what their containers are not given. */
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { nameOf, namespaceOf, parseField } from '../objects/parse.ts';
import { configMapsOf, PROXY_CONTAINER } from './containers.ts';
import { podSpec, type PodSpec } from './kubernetes.ts';
import type { Pod } from './model.ts';
import { workloadsIn } from './workloads.ts';

/** @param pods of the mesh, with what each runs */
export function leftOutOfPods(
  objects: readonly KubernetesObject[],
  pods: readonly Pod[],
): LeftOut[] {
  const configMaps = configMapsOf(objects);
  const made = workloadsIn(objects).map(({ object, template }) => ({
    object,
    spec: template.spec,
    at: 'spec.template.spec',
    isOf: ({ workload }: Pod) => workload === object.metadata.name,
  }));
  const given = objects
    .filter(({ kind }) => kind === 'Pod')
    .map((object) => ({
      object,
      spec: parseField(object, 'spec', podSpec),
      at: 'spec',
      isOf: ({ name }: Pod) => name === object.metadata.name,
    }));
  return [...given, ...made].flatMap(({ object, spec, at, isOf }) => {
    const pod = pods.find((one) => one.namespace === namespaceOf(object) && isOf(one));
    const application =
      pod === undefined || pod.runs.app === 'idle' ? undefined : pod.runs.container.name;
    const has = (name = '', key?: string): boolean => {
      const entries = configMaps.get(`${namespaceOf(object)}/${name}`);
      return entries !== undefined && (key === undefined || Object.hasOwn(entries, key));
    };
    return [...ofPod(spec, at, has), ...beside(spec, at, application)].map((entry) => ({
      object: nameOf(object),
      mayChangeOutcomes: false,
      ...entry,
    }));
  });
}

type Entry = Pick<LeftOut, 'field' | 'sentence'>;

/** Whether there is a ConfigMap of a name, with an entry of a key. */
type HasEntry = (name?: string, key?: string) => boolean;

/** Every running pod has one; nothing here asks the API server for anything. */
const TOKEN_VOLUME = 'kube-api-access-';
const KNOWN_FIELDS = new Set(['metadata.name', 'metadata.namespace', 'status.podIP']);

/** @param at where in the object the pod's spec stands */
function ofPod(spec: PodSpec, at: string, has: HasEntry): Entry[] {
  const { initContainers = [], containers, volumes = [] } = spec;
  const mountable = new Set(
    volumes.filter((volume) => volume.configMap ?? volume['emptyDir']).map(({ name }) => name),
  );
  const init = initContainers.flatMap(({ name }, i): Entry[] =>
    name.startsWith('istio-')
      ? []
      : [{ field: `${at}.initContainers.${i}`, sentence: `${name} is not run` }],
  );
  const own = containers.flatMap(({ name, env = [], envFrom = [], volumeMounts = [] }, i) => {
    if (name === PROXY_CONTAINER) return [];
    const say = (field: string, sentence: string): Entry => ({
      field: `${at}.containers.${i}.${field}`,
      sentence,
    });
    return [
      ...envFrom.flatMap(({ configMapRef }, j) => {
        if (configMapRef === undefined) {
          return [say(`envFrom.${j}`, 'is ignored: no Secret is read')];
        }
        return has(configMapRef.name)
          ? []
          : [
              say(
                `envFrom.${j}`,
                `there is no ConfigMap ${configMapRef.name}: nothing is set of it`,
              ),
            ];
      }),
      ...env.flatMap(({ name: variable, valueFrom }, j) =>
        valueFrom === undefined ||
        KNOWN_FIELDS.has(valueFrom.fieldRef?.fieldPath ?? '') ||
        has(valueFrom.configMapKeyRef?.name, valueFrom.configMapKeyRef?.key)
          ? []
          : [say(`env.${j}`, `${variable} has no plain value and is not set`)],
      ),
      ...volumeMounts.flatMap(({ name: volume }, j) =>
        mountable.has(volume) || volume.startsWith(TOKEN_VOLUME)
          ? []
          : [say(`volumeMounts.${j}`, `${volume} is not mounted; only ConfigMaps are`)],
      ),
    ];
  });
  return [...init, ...own];
}

/** Containers that stand beside the application; none where the pod runs nothing. */
function beside(spec: PodSpec, at: string, application: string | undefined): Entry[] {
  if (application === undefined) return [];
  return spec.containers.flatMap(({ name }, i) =>
    name === application || name === PROXY_CONTAINER
      ? []
      : [
          {
            field: `${at}.containers.${i}`,
            sentence: `${name} is not run beside ${application}, the pod's application`,
          },
        ],
  );
}

/** An application's container as a local process can be given it. */
import { configMapData, type ContainerSpec, type PodSpec } from './kubernetes.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Container } from './model.ts';
import { namespaceOf, parseField } from '../objects/parse.ts';

type Texts = Readonly<Record<string, string>>;

/** Entries of each ConfigMap, by `namespace/name`. */
export type ConfigMaps = ReadonlyMap<string, Texts>;

/** The container that the injector adds. */
export const PROXY_CONTAINER = 'istio-proxy';

/** What of a pod the downward API tells its containers. */
interface Owner {
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly spec: PodSpec;
}

/** The ConfigMaps of the objects, to be mounted. */
export function configMapsOf(objects: readonly KubernetesObject[]): ConfigMaps {
  return new Map(
    objects
      .filter((object) => object.kind === 'ConfigMap')
      .map((object) => [
        `${namespaceOf(object)}/${object.metadata.name}`,
        parseField(object, 'data', configMapData) ?? {},
      ]),
  );
}

/** A container with the values and files that Kubernetes would give it. */
export function readContainer(
  container: ContainerSpec,
  pod: Owner,
  configMaps: ConfigMaps,
): Container {
  return {
    name: container.name,
    image: container.image,
    command: container.command ?? [],
    args: container.args ?? [],
    env: environment(container, pod, configMaps),
    ports: (container.ports ?? []).map(({ name, containerPort }) =>
      name === undefined ? { containerPort } : { name, containerPort },
    ),
    files: mountedFiles(container, pod, configMaps),
  };
}

/** Whole ConfigMaps first, in their order; over them the variables that the container names. */
function environment(
  { env = [], envFrom = [] }: ContainerSpec,
  pod: Owner,
  configMaps: ConfigMaps,
): Texts {
  const entriesOf = (name = ''): Texts => configMaps.get(`${pod.namespace}/${name}`) ?? {};
  const whole = envFrom.flatMap(({ prefix = '', configMapRef }) =>
    Object.entries(entriesOf(configMapRef?.name)).map(([key, text]) => [prefix + key, text]),
  ) as [string, string][];
  const fields: Texts = {
    'metadata.name': pod.name,
    'metadata.namespace': pod.namespace,
    'status.podIP': pod.ip,
  };
  const found = env.flatMap(({ name, value, valueFrom }): [string, string][] => {
    const { fieldRef, configMapKeyRef } = valueFrom ?? {};
    const text =
      valueFrom === undefined
        ? (value ?? '')
        : (entriesOf(configMapKeyRef?.name)[configMapKeyRef?.key ?? ''] ??
          fields[fieldRef?.fieldPath ?? '']);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries([...whole, ...found]);
}

/** Every entry of the ConfigMaps that the container mounts as a folder. */
function mountedFiles(container: ContainerSpec, pod: Owner, configMaps: ConfigMaps): Texts {
  const files = (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const volume = pod.spec.volumes?.find((one) => one.name === name);
    const entries = configMaps.get(`${pod.namespace}/${volume?.configMap?.name ?? ''}`) ?? {};
    return Object.entries(entries).map(([entry, text]) => [`${mountPath}/${entry}`, text] as const);
  });
  return Object.fromEntries(files);
}

/** The last part of an image's name: `envoy` of `docker.io/envoyproxy/envoy:v1.40.0@sha256:…`. */
export function imageName(image: string): string {
  const [withoutDigest = ''] = image.split('@');
  const last = withoutDigest.split('/').at(-1) ?? '';
  return last.split(':')[0] ?? '';
}

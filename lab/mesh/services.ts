/** Services and their ready endpoints. */
import type { z } from 'zod';
import { Addresses } from './addresses.ts';
import { type Aliases, withAliases } from './aliases.ts';
import { serviceSpec, sliceEndpoints, slicePorts } from './kubernetes.ts';
import { CLUSTER_DOMAIN } from './model.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Endpoint, Mesh, Pod, Service, ServicePort } from './model.ts';
import { namespaceOf, parseField } from '../objects/parse.ts';
import { isTlsNamed, protocolOf } from './protocol.ts';
import { selects } from './selects.ts';
import { entryServices, isAddress, labelsOf, workloadEndpoint } from './serviceEntries.ts';

const SERVICE_OF_SLICE = 'kubernetes.io/service-name';
const HEADLESS = 'None';

type Entries = Pick<Mesh, 'serviceEntries' | 'workloadEntries'>;

/**
 * The Services of the objects with the pods, WorkloadEntries or EndpointSlices behind them, then the
 * hosts of ServiceEntries that no Service has.
 */
export function servicesOf(
  objects: readonly KubernetesObject[],
  pods: readonly Pod[],
  entries: Entries = { serviceEntries: [], workloadEntries: [] },
): Service[] {
  const read = objects
    .filter((object) => object.kind === 'Service')
    .map((object) => ({ object, spec: parseField(object, 'spec', serviceSpec) }));
  const own = ownServices(
    // An ExternalName is another name of what it leads to: it has neither address nor endpoints.
    read.filter(({ spec }) => spec.type !== 'ExternalName'),
    slicesOf(objects, pods),
    { pods, workloads: entries.workloadEntries },
  );
  const taken = new Set(own.map(({ host }) => host));
  const outside = entryServices(entries, pods).filter(({ host }) => !taken.has(host));
  return withAliases([...own, ...outside], aliasesIn(objects)).map((service) => ({
    ...service,
    endpoints: service.endpoints.map((endpoint) => withPod(endpoint, pods)),
  }));
}

interface Read {
  readonly object: KubernetesObject;
  readonly spec: z.infer<typeof serviceSpec>;
}

/** What stands behind an address, where it is a pod of the objects. */
function withPod(endpoint: Endpoint, pods: readonly Pod[]): Endpoint {
  if (endpoint.pod !== undefined) return endpoint;
  const pod = pods.find(({ ip }) => ip === endpoint.address);
  return pod === undefined ? endpoint : { ...endpoint, pod };
}

function ownServices(
  read: readonly Read[],
  slices: ReadonlyMap<string, readonly Endpoint[]>,
  { pods, workloads }: { pods: readonly Pod[]; workloads: Mesh['workloadEntries'] },
): Service[] {
  const addresses = new Addresses(
    '10.96',
    read.flatMap(({ spec }) => spec.clusterIP ?? []),
  );
  return read.map(({ object, spec }) => {
    const { name } = object.metadata;
    const namespace = namespaceOf(object);
    const selector = spec.selector ?? {};
    const ports = (spec.ports ?? []).filter(isTcp).map(readPort);
    const isHeadless = spec.clusterIP === HEADLESS;
    return {
      name,
      namespace,
      host: hostOf(name, namespace),
      // Of a headless one every pod has its own: DNS tells them all.
      clusterIP: isHeadless ? undefined : spec.clusterIP || addresses.next(),
      resolution: isHeadless ? 'none' : 'endpoints',
      labels: object.metadata.labels ?? {},
      exportTo: exportedTo(object),
      selector,
      ports,
      endpoints: [
        ...(slices.get(`${namespace}/${name}`) ??
          pods
            .filter(
              (pod) => pod.namespace === namespace && pod.ready && selects(selector, pod.labels),
            )
            .map((pod) => endpointOf(pod, ports))),
        ...workloads
          .filter(
            (one) =>
              one.namespace === namespace &&
              selects(selector, labelsOf(one)) &&
              // A Service has no use for a name.
              isAddress(one.spec.address ?? ''),
          )
          .map((one) => workloadEndpoint(one, numbersAt(one, ports))),
      ],
    };
  });
}

/** The WorkloadEntry's number for a port: by its target's name, else by its own (workloadInstancePorts). */
function numbersAt(
  { spec }: Mesh['workloadEntries'][number],
  ports: readonly ServicePort[],
): Record<string, number> {
  const numbers = ports.flatMap(({ name, port, targetPort }): [string, number][] => {
    const number =
      spec.ports?.[String(targetPort)] ??
      spec.ports?.[name] ??
      (typeof targetPort === 'number' ? targetPort : port);
    return [[name, number]];
  });
  return Object.fromEntries(numbers);
}

/** What ExternalName Services stand for. */
export function aliasesIn(objects: readonly KubernetesObject[]): Aliases {
  return new Map(
    objects
      .filter(({ kind }) => kind === 'Service')
      .flatMap((object): [string, string][] => {
        const { type, externalName } = parseField(object, 'spec', serviceSpec);
        if (type !== 'ExternalName' || externalName === undefined) return [];
        return [[hostOf(object.metadata.name, namespaceOf(object)), externalName]];
      }),
  );
}

function hostOf(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

const EXPORT_TO = 'networking.istio.io/exportTo';

/** By its annotation (istio.io/docs/reference/config/annotations). */
function exportedTo({ metadata }: KubernetesObject): string[] {
  return (metadata.annotations?.[EXPORT_TO] ?? '')
    .split(',')
    .map((place) => place.trim())
    .filter((place) => place !== '');
}

type PortSpec = NonNullable<z.infer<typeof serviceSpec>['ports']>[number];

function isTcp({ protocol }: PortSpec): boolean {
  return protocol === undefined || protocol === 'TCP';
}

/** Only a Service with one port may leave it without a name. */
function readPort({ name = '', port, targetPort = port, appProtocol }: PortSpec): ServicePort {
  const protocol = protocolOf({ name, port, appProtocol });
  const tls = isTlsNamed(appProtocol ?? name);
  return { name, port, targetPort, protocol, ...(tls && { tls }) };
}

/** A target port by name is the container port of that name; a pod without it is left out of it. */
function endpointOf(pod: Pod, ports: readonly ServicePort[]): Endpoint {
  const named = new Map(
    pod.containers.flatMap((container) =>
      container.ports.map((port) => [port.name, port.containerPort] as const),
    ),
  );
  const numbers = ports.flatMap(({ name, targetPort }): [string, number][] => {
    const number = typeof targetPort === 'number' ? targetPort : named.get(targetPort);
    return number === undefined ? [] : [[name, number]];
  });
  return { address: pod.ip, ports: Object.fromEntries(numbers), pod };
}

function slicesOf(
  objects: readonly KubernetesObject[],
  pods: readonly Pod[],
): Map<string, Endpoint[]> {
  const byName = new Map(pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
  const slices = new Map<string, Endpoint[]>();
  for (const object of objects) {
    const service = object.metadata.labels?.[SERVICE_OF_SLICE];
    if (object.kind !== 'EndpointSlice' || service === undefined) continue;
    const ports = Object.fromEntries(
      (parseField(object, 'ports', slicePorts) ?? []).flatMap(
        ({ name, port }): [string, number][] =>
          port === null || port === undefined ? [] : [[name ?? '', port]],
      ),
    );
    const ready = (parseField(object, 'endpoints', sliceEndpoints) ?? []).filter(
      // Unknown counts as ready (EndpointConditions in the Kubernetes API).
      (endpoint) => endpoint.conditions?.ready !== false,
    );
    const endpoints = ready.flatMap(({ addresses, targetRef }) => {
      const pod = byName.get(
        `${targetRef?.namespace ?? namespaceOf(object)}/${targetRef?.name ?? ''}`,
      );
      return addresses.map((address): Endpoint =>
        pod === undefined ? { address, ports } : { address, ports, pod },
      );
    });
    const key = `${namespaceOf(object)}/${service}`;
    slices.set(key, [...(slices.get(key) ?? []), ...endpoints]);
  }
  return slices;
}

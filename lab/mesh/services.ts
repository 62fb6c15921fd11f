/** Services and their ready endpoints. */
import type { z } from 'zod';
import { Addresses } from './addresses.ts';
import { serviceSpec, sliceEndpoints, slicePorts } from './kubernetes.ts';
import { CLUSTER_DOMAIN } from './model.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Endpoint, Pod, Service, ServicePort } from './model.ts';
import { namespaceOf, parseField } from '../objects/parse.ts';
import { protocolOf } from './protocol.ts';

const SERVICE_OF_SLICE = 'kubernetes.io/service-name';
const HEADLESS = 'None';

/** The services of the objects with the pods, or EndpointSlices, behind them. */
export function servicesOf(objects: readonly KubernetesObject[], pods: readonly Pod[]): Service[] {
  const slices = slicesOf(objects, pods);
  const read = objects
    .filter((object) => object.kind === 'Service')
    .map((object) => ({ object, spec: parseField(object, 'spec', serviceSpec) }))
    // An ExternalName is an alias in DNS; it has neither address nor endpoints.
    .filter(({ spec }) => spec.type !== 'ExternalName');
  const addresses = new Addresses(
    '10.96',
    read.flatMap(({ spec }) => spec.clusterIP ?? []),
  );
  return read.map(({ object, spec }) => {
    const { name } = object.metadata;
    const namespace = namespaceOf(object);
    const selector = spec.selector ?? {};
    const ports = (spec.ports ?? []).filter(isTcp).map(readPort);
    const clusterIP =
      spec.clusterIP === undefined || spec.clusterIP === '' || spec.clusterIP === HEADLESS
        ? addresses.next()
        : spec.clusterIP;
    return {
      name,
      namespace,
      host: `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`,
      clusterIP,
      labels: object.metadata.labels ?? {},
      exportTo: exportedTo(object),
      selector,
      ports,
      endpoints:
        slices.get(`${namespace}/${name}`) ??
        pods
          .filter(
            (pod) => pod.namespace === namespace && pod.ready && selects(selector, pod.labels),
          )
          .map((pod) => endpointOf(pod, ports)),
    };
  });
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
  return { name, port, targetPort, protocol: protocolOf({ name, port, appProtocol }) };
}

/** Whether every label of the selector is on the object; an empty selector selects nothing. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
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

/** The hosts of ServiceEntries as services, with the endpoints that they, or WorkloadEntries, name. */
import type { WorkloadEntrySpec } from '../../istio/workloadEntry.ts';
import { localityFrom } from './locality.ts';
import type { Endpoint, EndpointEntry, Mesh, Pod, Resolution, Service } from './model.ts';
import { isTlsNamed, protocolNamed } from './protocol.ts';
import { selects } from './selects.ts';

type Entry = Mesh['serviceEntries'][number];
type Workload = Mesh['workloadEntries'][number];
type Port = NonNullable<Entry['spec']['ports']>[number];

const RESOLUTIONS: Readonly<Record<NonNullable<Entry['spec']['resolution']>, Resolution>> = {
  NONE: 'none',
  STATIC: 'endpoints',
  DNS: 'dns',
  DNS_ROUND_ROBIN: 'dns-round-robin',
  DYNAMIC_DNS: 'none',
};

/**
 * One for each host of a namespace: of several entries for it the first, with the endpoints of all.
 * convertServices and mergeServicesInstancesByNamespaceHost in istiod 1.30.3, read in its source.
 */
export function entryServices(
  { serviceEntries, workloadEntries }: Pick<Mesh, 'serviceEntries' | 'workloadEntries'>,
  pods: readonly Pod[],
): Service[] {
  const byHost = new Map<string, Service>();
  for (const source of serviceEntries) {
    for (const host of source.spec.hosts) {
      const service = serviceOf(source, host, endpointsOf(source, host, workloadEntries, pods));
      const key = `${service.namespace}/${host}`;
      const known = byHost.get(key);
      byHost.set(
        key,
        known === undefined
          ? service
          : { ...known, endpoints: [...known.endpoints, ...service.endpoints] },
      );
    }
  }
  return [...byHost.values()];
}

function serviceOf(
  { name, namespace, labels, spec }: Entry,
  host: string,
  endpoints: readonly Endpoint[],
): Service {
  const { addresses = [], location = 'MESH_EXTERNAL', resolution = 'NONE' } = spec;
  const [address] = addresses;
  return {
    name: host,
    namespace,
    host,
    clusterIP: address?.replace(/\/(32|128)$/, ''),
    resolution: RESOLUTIONS[resolution],
    entry: `${namespace}/${name}`,
    ...(location === 'MESH_EXTERNAL' && { external: true as const }),
    labels,
    exportTo: spec.exportTo ?? [],
    selector: spec.workloadSelector?.labels ?? {},
    ports: (spec.ports ?? []).map((port) => ({
      name: port.name,
      port: port.number,
      targetPort: port.targetPort ?? port.number,
      protocol: protocolNamed(port.protocol ?? ''),
      ...(isTlsNamed(port.protocol ?? '') && { tls: true as const }),
    })),
    endpoints,
  };
}

function endpointsOf(
  { name, namespace, spec }: Entry,
  host: string,
  workloads: readonly Workload[],
  pods: readonly Pod[],
): Endpoint[] {
  const { ports = [], endpoints = [], workloadSelector, resolution = 'NONE' } = spec;
  const isDns = resolution.startsWith('DNS');
  if (workloadSelector !== undefined) {
    const { labels = {} } = workloadSelector;
    // An endpoint by name needs DNS to find it.
    const chosen = workloads.filter(
      (one) =>
        one.namespace === namespace &&
        selects(labels, labelsOf(one)) &&
        (isDns || isAddress(one.spec.address ?? '')),
    );
    return [
      ...pods
        .filter((pod) => pod.namespace === namespace && pod.ready && selects(labels, pod.labels))
        .map((pod) => ({ address: pod.ip, ports: portsAt(ports), pod })),
      ...chosen.map((one) => workloadEndpoint(one, portsAt(ports, one.spec.ports))),
    ];
  }
  if (endpoints.length === 0 && isDns) {
    const entry = { workload: name, namespace, labels: {} };
    return [{ address: host, ports: portsAt(ports), entry }];
  }
  return endpoints.map((one, i) =>
    workloadEndpoint(
      { name: `${name}-${i}`, namespace, labels: {}, spec: one },
      portsAt(ports, one.ports),
    ),
  );
}

/** An endpoint's own number, else the port's target, else the port itself. */
function portsAt(
  ports: readonly Port[],
  own: Readonly<Record<string, number>> = {},
): Record<string, number> {
  return Object.fromEntries(
    ports.map(({ name, number, targetPort = number }) => [name, own[name] ?? targetPort]),
  );
}

/** @param ports its number for each of the service's ports, by their names */
export function workloadEndpoint(
  source: Workload,
  ports: Readonly<Record<string, number>>,
): Endpoint {
  const { address = '' } = source.spec;
  return { address, ports, entry: entryOf(source) };
}

function entryOf(source: Workload): EndpointEntry {
  const { name, namespace, spec } = source;
  const labels = labelsOf(source);
  return {
    workload: name,
    namespace,
    labels,
    locality: localityFrom(spec.locality, labels),
    weight: spec.weight,
    serviceAccount: spec.serviceAccount,
  };
}

/** Those of the object before those of its spec (ConvertWorkloadEntry). */
export function labelsOf({ labels, spec }: Workload): Readonly<Record<string, string>> {
  return { ...spec.labels, ...labels };
}

/** Whether an endpoint's address is no name that is still to be looked up. */
export function isAddress(text: NonNullable<WorkloadEntrySpec['address']>): boolean {
  return /^[\d.]+$/.test(text) || text.includes(':');
}

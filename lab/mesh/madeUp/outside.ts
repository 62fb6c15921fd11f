/**
 * What stands behind a host outside of the cluster, behind a WorkloadEntry, or at an address of no pod:
 * a server of the lab for each address, without a proxy.
 */
import { SERVER } from '../../../apps/contract.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import { concreteName } from '../hosts.ts';
import type { Mesh, Service } from '../model.ts';
import { type MadeUp, SERVER_IMAGE, SERVICE_TIME } from './made.ts';

/** An address that no pod has, and the ports that are asked for there. */
interface Place {
  readonly service: Service;
  readonly ports: Set<number>;
}

export function madeUpOutside({ services }: Pick<Mesh, 'services'>): MadeUp {
  const places = new Map<string, Place>();
  for (const service of services) {
    for (const [address, ports] of openAddresses(service)) {
      const known = places.get(address) ?? { service, ports: new Set() };
      for (const port of ports) known.ports.add(port);
      places.set(address, known);
    }
  }
  const byService = Map.groupBy(places, ([, { service }]) => service);
  const made = [...byService].map(([service, own]) => standIns(service, own));
  return { objects: made.flatMap((one) => one.objects), said: made.flatMap(({ said }) => said) };
}

/** Of a host with no endpoint of its own, to which a request goes as it is, its name. */
function openAddresses(service: Service): [address: string, ports: readonly number[]][] {
  const { endpoints, resolution, entry, host, ports } = service;
  if (resolution === 'none' && entry !== undefined && endpoints.length === 0) {
    return [[host, ports.map(({ targetPort }) => Number(targetPort))]];
  }
  return endpoints
    .filter(({ pod, address }) => pod === undefined && !address.startsWith('unix://'))
    .map((endpoint) => [endpoint.address, Object.values(endpoint.ports)]);
}

function standIns(service: Service, places: readonly (readonly [string, Place])[]): MadeUp {
  const { namespace, host, entry } = service;
  const workload = concreteName(entry === undefined ? service.name : host);
  const objects = places.map(([address, { ports }], n): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${workload}-${n}`,
      namespace,
      generateName: `${workload}-`,
      ownerReferences: [{ kind: 'StatefulSet', name: workload, controller: true }],
    },
    spec: {
      containers: [
        {
          name: 'outside',
          image: SERVER_IMAGE,
          env: [
            { name: SERVER.delay, value: SERVICE_TIME },
            { name: SERVER.paths, value: 'any' },
          ],
          ports: [...ports].map((containerPort) => ({ containerPort })),
        },
      ],
    },
    status: { podIP: address },
  }));
  const what =
    entry === undefined ? `Service ${namespace}/${service.name}` : `ServiceEntry ${entry}`;
  const addresses = places.map(([address]) => address);
  const at = addresses.length === 1 && addresses[0] === host ? '' : ` at ${addresses.join(', ')}`;
  const many = places.length > 1 ? `${places.length} servers` : 'a server';
  return {
    objects,
    said: [
      `${what}: ${host}${at} is stood for by ${many} of the lab without a proxy, workload ${workload}: ` +
        `answers after ${SERVICE_TIME} unless a behaviour is given.`,
    ],
  };
}

/**
 * Rules without anything that they rule: where the objects hold no Service, one is made up for each host
 * that a DestinationRule or a VirtualService names, with pods behind it. Where there are Services, a
 * host that none of them has is what it is to Istio: nothing.
 */
import { SERVER, SERVER_DEFAULTS } from '../../../apps/contract.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import type { Given } from '../given.ts';
import { resolveHost } from '../hosts.ts';
import { CLUSTER_DOMAIN, type Mesh } from '../model.ts';
import { deployment, type MadeUp, NOTHING, SERVER_IMAGE, SERVICE_TIME } from './made.ts';

const PORT = 80;

type Rules = Pick<Mesh, 'destinationRules' | 'virtualServices'>;

/** What rules say of a host. */
interface Host {
  readonly name: string;
  readonly namespace: string;
  readonly ports: Set<number>;
  /** The labels of each subset, by its name. */
  readonly subsets: Map<string, Readonly<Record<string, string>>>;
}

export function madeUpHosts(
  objects: readonly KubernetesObject[],
  rules: Rules,
  { replicas = {} }: Given,
): MadeUp {
  if (objects.some(({ kind }) => kind === 'Service' || kind === 'ServiceEntry')) return NOTHING;
  const hosts = [...hostsOf(rules).values()];
  const made = hosts.map((host) => behind(host, replicas));
  return { objects: made.flatMap((one) => one.objects), said: made.flatMap(({ said }) => said) };
}

function hostsOf({ destinationRules, virtualServices }: Rules): Map<string, Host> {
  const hosts = new Map<string, Host>();
  const find = (host: string, from: string): Host | undefined => {
    const full = resolveHost(host, from);
    const known = hosts.get(full) ?? inCluster(full);
    if (known !== undefined) hosts.set(full, known);
    return known;
  };
  for (const { namespace, spec } of destinationRules) {
    const host = find(spec.host, namespace);
    for (const { name, labels = {} } of spec.subsets ?? []) host?.subsets.set(name, labels);
    const policies = [
      spec.trafficPolicy,
      ...(spec.subsets ?? []).map(({ trafficPolicy }) => trafficPolicy),
    ];
    for (const { port } of policies.flatMap((policy) => policy?.portLevelSettings ?? [])) {
      host?.ports.add(port.number);
    }
  }
  for (const { namespace, spec } of virtualServices) {
    for (const { destination } of (spec.http ?? []).flatMap(({ route = [] }) => route)) {
      const host = find(destination.host, namespace);
      if (destination.port !== undefined) host?.ports.add(destination.port.number);
    }
  }
  return hosts;
}

/** Undefined for a name of many hosts, or of one outside of the cluster. */
function inCluster(host: string): Host | undefined {
  const suffix = `.svc.${CLUSTER_DOMAIN}`;
  if (!host.endsWith(suffix)) return undefined;
  const [name = '', namespace = '', ...others] = host.slice(0, -suffix.length).split('.');
  if (name === '' || name.includes('*') || namespace === '' || others.length > 0) return undefined;
  return { name, namespace, ports: new Set(), subsets: new Map() };
}

function behind(
  { name, namespace, ports, subsets }: Host,
  replicas: Readonly<Record<string, number>>,
): MadeUp {
  const labels = { app: name };
  const numbers = ports.size > 0 ? [...ports] : [PORT];
  const service: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: {
      selector: labels,
      ports: numbers.map((port) => ({
        name: numbers.length === 1 ? 'http' : `http-${port}`,
        port,
        targetPort: SERVER_DEFAULTS.port,
      })),
    },
  };
  const deployments = (subsets.size > 0 ? [...subsets] : [['', {}] as const]).map(
    ([subset, more]) => {
      const own = subset === '' ? name : `${name}-${subset}`;
      return {
        name: own,
        object: deployment({
          name: own,
          namespace,
          labels: { ...more, ...labels },
          replicas: replicas[own] ?? replicas[name] ?? 1,
          image: SERVER_IMAGE,
          env: { [SERVER.delay]: SERVICE_TIME, [SERVER.paths]: 'any' },
          port: SERVER_DEFAULTS.port,
        }),
        pods: replicas[own] ?? replicas[name] ?? 1,
      };
    },
  );
  const behindIt = deployments.map(
    (one) => `Deployment ${one.name} (${one.pods} ${one.pods === 1 ? 'pod' : 'pods'})`,
  );
  return {
    objects: [service, ...deployments.map(({ object }) => object)],
    said: [
      `Service ${namespace}/${name}: made up, at port ${numbers.join(' and ')} (http), with ${behindIt.join(' and ')} ` +
        `behind it, which answers after ${SERVICE_TIME} unless a behaviour is given.`,
    ],
  };
}

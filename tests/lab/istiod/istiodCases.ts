/** The cases in istiod/: what a real istiod made of an input. See istiod/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MeshConfig } from '../../../istio/meshConfig.ts';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { ProxyConfig } from '../../../envoy/proxyConfig.ts';
import { loadManifests } from '../../../lab/objects/manifests.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';

const DIRECTORY = join(import.meta.dirname, 'istiod');

/** The pods that istiod was asked for. */
const POD_OF = {
  client: 'pyclient-0',
  server: 'pyserver-v1-0',
  server502: 'pyserver502-0',
  gateway: 'istio-ingressgateway-0',
} as const;

export type Role = keyof typeof POD_OF;
export type Kind = keyof ProxyConfig;
export type Resources = readonly Readonly<Record<string, unknown>>[];

/** MeshConfig is not among a case's objects. */
const MESH_CONFIG: Readonly<Record<string, MeshConfig>> = {
  'access-log-mesh-config': { accessLogFile: '/dev/stdout' },
  'access-log-mesh-config-json': { accessLogFile: '/dev/stdout', accessLogEncoding: 'JSON' },
};

export const CASES: readonly string[] = readdirSync(DIRECTORY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

type Saved = Readonly<Partial<Record<Role, Readonly<Partial<Record<Kind, Resources | string>>>>>>;

function saved(name: string): Saved {
  return JSON.parse(readFileSync(join(DIRECTORY, name, 'istiod.json'), 'utf8')) as Saved;
}

/** What istiod sent in a case; a list that another case has byte for byte is stored there. */
export function expected(name: string): [Role, [Kind, Resources][]][] {
  return (Object.entries(saved(name)) as [Role, NonNullable<Saved[Role]>][]).map(
    ([role, kinds]) => [
      role,
      (Object.entries(kinds) as [Kind, Resources | string][]).map(([kind, resources]) => [
        kind,
        typeof resources === 'string' ? resolve(resources, kind) : resources,
      ]),
    ],
  );
}

function resolve(reference: string, kind: Kind): Resources {
  const [name = '', role] = reference.split('/');
  const resources = saved(name)[role as Role]?.[kind];
  if (resources === undefined || typeof resources === 'string') {
    throw new TypeError(`${reference} has no ${kind} of its own`);
  }
  return resources;
}

export function objectsOf(name: string): KubernetesObject[] {
  return loadManifests(join(DIRECTORY, name, 'input.yaml'));
}

/** What this project makes of the objects for the pod of a role, cut down as the case was. */
export function made(
  name: string,
  role: Role,
  objects: readonly KubernetesObject[] = objectsOf(name),
): Record<Kind, Resources> {
  const mesh = meshOf(objects, { meshConfig: { config: MESH_CONFIG[name] ?? {}, leftOut: [] } });
  const pod = mesh.pods.find((candidate) => candidate.name === POD_OF[role]);
  if (pod === undefined) throw new TypeError(`${name} has no pod ${POD_OF[role]}`);
  const config = proxyConfig(mesh, pod);
  const resources = config as unknown as Record<Kind, Resources>;
  if (name.startsWith('full-')) return resources;
  const cut = (kind: Kind): Resources =>
    resources[kind].filter((resource) => CUT[role](kind, nameOf(resource), resource));
  return {
    clusters: cut('clusters'),
    endpoints: cut('endpoints'),
    routes: cut('routes'),
    listeners: cut('listeners'),
  };
}

export function nameOf(resource: Readonly<Record<string, unknown>>): string {
  return String(resource['name'] ?? resource['cluster_name']);
}

type Cut = (kind: Kind, name: string, resource: Readonly<Record<string, unknown>>) => boolean;

const toServer: Cut = (_kind, name) => /^outbound\|80\|.*\|pyserver/.test(name);

const wayIn: Cut = (kind, name) =>
  kind === 'clusters' ? name.startsWith('inbound|') : name === 'virtualInbound';

/** The client's way to port 80 of pyserver*, the servers' way in, the gateway's routes. */
const CUT: Record<Role, Cut> = {
  client: (kind, name, resource) => {
    if (kind === 'routes') return name === '80' || /^pyserver.*:80$/.test(name);
    return kind === 'listeners' ? /_80$/.test(name) : toServer(kind, name, resource);
  },
  server: (kind, name, resource) =>
    name === 'InboundPassthroughCluster' || wayIn(kind, name, resource),
  server502: wayIn,
  gateway: (kind, name, resource) =>
    kind === 'routes' || kind === 'listeners' || toServer(kind, name, resource),
};

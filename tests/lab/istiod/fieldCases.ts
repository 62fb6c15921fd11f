/** The cases in fields/: what a real istiod made of a field. See fields/README.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { proxyConfig } from '../../../lab/istiod/proxyConfig.ts';
import type { ProxyConfig } from '../../../envoy/proxyConfig.ts';
import { loadManifests } from '../../../lab/objects/manifests.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import { loadMeshConfig } from '../../../lab/mesh/meshConfig.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import type { Mesh } from '../../../lab/mesh/model.ts';
import { nameOf, type Kind, type Resources } from './istiodCases.ts';
import { podNamed } from '../mesh/objects.ts';

const DIRECTORY = join(import.meta.dirname, 'fields');

export const FIELD_CASES: readonly string[] = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith('.json'))
  .map((file) => basename(file, '.json'));

/** Of each proxy the names of all that it was sent, and the resources that were saved of it. */
export type Saved = Readonly<
  Record<
    string,
    Readonly<Partial<Record<Kind, Resources>>> & {
      readonly names: Readonly<Record<Kind, readonly string[]>>;
    }
  >
>;

export function savedField(name: string): Saved {
  return JSON.parse(readFileSync(join(DIRECTORY, `${name}.json`), 'utf8')) as Saved;
}

/** The mesh of a case: the common objects with those of the case, which stand in the place of theirs. */
export function fieldMesh(name: string): Mesh {
  const own = loadManifests(join(DIRECTORY, `${name}.yaml`));
  const replaced = new Set(own.map(key));
  const common = loadManifests(join(DIRECTORY, 'base.yaml')).filter(
    (object) => !replaced.has(key(object)),
  );
  const meshConfig = join(DIRECTORY, `${name}.mesh.yaml`);
  return meshOf(
    [...common, ...own],
    existsSync(meshConfig) ? { meshConfig: loadMeshConfig(meshConfig) } : {},
  );
}

function key({ kind, metadata: { name, namespace = '' } }: KubernetesObject): string {
  return `${kind} ${namespace}/${name}`;
}

/** What this project sends to a pod's proxy. */
export function madeField(mesh: Mesh, pod: string): ProxyConfig {
  return proxyConfig(mesh, podNamed(mesh, pod));
}

/** Of the resources of a kind those with these names. */
export function named(resources: readonly object[], names: readonly string[]): Resources {
  return (resources as Resources).filter((resource) => names.includes(nameOf(resource)));
}

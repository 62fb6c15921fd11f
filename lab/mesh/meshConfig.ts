/** A MeshConfig as people have it: by itself, or in the ConfigMap `istio` of a mesh. */
import { z } from 'zod';
import { didYouMean } from '../../errors/didYouMean.ts';
import { problems } from '../../errors/issues.ts';
import { LabError } from '../../errors/labError.ts';
import type { LeftOut } from '../../experiment/leftOut.ts';
import {
  HARMLESS_IN_MESH_CONFIG,
  meshConfig,
  OTHERS_IN_MESH_CONFIG,
  type MeshConfig,
} from '../../istio/meshConfig.ts';
import { partBy, withoutNulls } from '../../istio/modelled.ts';
import { readText } from '../objects/manifestFiles.ts';
import { readYaml } from '../objects/yaml.ts';

/** What was read of it, and what of it is not modelled. */
export interface GivenMeshConfig {
  readonly config: MeshConfig;
  readonly leftOut: readonly LeftOut[];
}

const configMap = z.looseObject({
  kind: z.literal('ConfigMap'),
  data: z.looseObject({ mesh: z.string() }),
});

/** @throws LabError with the file, and what in it Istio would not take */
export function loadMeshConfig(path: string): GivenMeshConfig {
  return readMeshConfig(readText(path), path);
}

/** @param where what messages call the text */
export function readMeshConfig(text: string, where: string): GivenMeshConfig {
  const [document, ...more] = readYaml(text, where);
  if (more.length > 0) throw new LabError(`${where}: has several documents; a MeshConfig is one`);
  const value = document?.value ?? {};
  const inMap = configMap.safeParse(value);
  if (inMap.success) return readMeshConfig(inMap.data.data.mesh, `${where}: data.mesh`);
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new LabError(`${where}: must be a map of MeshConfig's fields`);
  }
  return partMeshConfig(withoutNulls(value), where);
}

function partMeshConfig(value: unknown, where: string): GivenMeshConfig {
  const { modelled, others } = partBy(meshConfig, value, '');
  const fields = others.map((path) => path.slice(1));
  const known = [...Object.keys(meshConfig.shape), ...OTHERS_IN_MESH_CONFIG];
  const strangers = fields.filter((path) => !known.includes(path.split('.')[0] ?? ''));
  const result = meshConfig.safeParse(modelled);
  const wrong = [
    ...strangers.map((name) => `${name} is no field of MeshConfig. ${didYouMean(name, known)}`),
    ...(result.success ? [] : problems(result.error, modelled, meshConfig)),
  ];
  if (wrong.length > 0 || !result.success) {
    throw new LabError(wrong.map((what) => `${where}: ${what}`).join('\n'));
  }
  return { config: result.data, leftOut: fields.map(unmodelledField) };
}

function unmodelledField(field: string): LeftOut {
  const harmless = HARMLESS_IN_MESH_CONFIG.has(field.split('.')[0] ?? '');
  return {
    object: 'MeshConfig',
    field,
    sentence: harmless
      ? 'is left out: it has no say in what becomes of a request here'
      : 'is not modelled here: all goes as if it were not there',
    mayChangeOutcomes: !harmless,
  };
}

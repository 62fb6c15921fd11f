/** What the objects say and this project does not do: an entry each, never silence. */
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { nameOf, parseField } from '../objects/parse.ts';
import { serviceSpec } from './kubernetes.ts';
import { leftOutKinds } from './leftOutKinds.ts';
import { leftOutOfPods } from './leftOutPods.ts';
import { leftOutOfTraffic } from './leftOutOfTraffic.ts';
import type { Mesh } from './model.ts';
import type { Policies } from './policies.ts';

/** `Mesh.leftOut`: of kinds, of single objects, of what traffic would need. */
export function leftOutOf(
  objects: readonly KubernetesObject[],
  mesh: Pick<Mesh, 'services' | 'pods'> & Policies,
): LeftOut[] {
  return [
    ...leftOutKinds(objects),
    ...leftOutOfPods(objects, mesh.pods),
    ...objects.filter(({ kind }) => kind === 'Service').flatMap(ofService),
    ...leftOutOfTraffic(mesh),
  ];
}

function ofService(object: KubernetesObject): LeftOut[] {
  const {
    type,
    clusterIP,
    ports = [],
    trafficDistribution,
  } = parseField(object, 'spec', serviceSpec);
  const say = (field: string, sentence: string, mayChangeOutcomes: boolean): LeftOut => ({
    ...{ object: nameOf(object), field, sentence, mayChangeOutcomes },
  });
  if (type === 'ExternalName') return [say('spec.type', 'an ExternalName is not resolved', true)];
  return [
    ...(clusterIP === 'None'
      ? [say('spec.clusterIP', 'headless, but reached like one with a cluster IP', true)]
      : []),
    ...(trafficDistribution === undefined
      ? []
      : [say('spec.trafficDistribution', 'is left out: no endpoint is preferred for it', true)]),
    ...ports.flatMap(({ protocol = 'TCP', port }, i) =>
      protocol === 'TCP'
        ? []
        : [say(`spec.ports.${i}.protocol`, `port ${port} (${protocol}) is not carried`, false)],
    ),
  ];
}

/** What the objects say and this project does not do: an entry each, never silence. */
import type { LeftOut } from '../../experiment/leftOut.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { nameOf, parseField } from '../objects/parse.ts';
import { serviceSpec } from './kubernetes.ts';
import { endOf } from './aliases.ts';
import { aliasesIn } from './services.ts';
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
    ...namesOfNothing(objects, mesh.services),
    ...leftOutOfTraffic(mesh),
  ];
}

/** ExternalName Services whose name nothing here has: a proxy lets what is sent there pass, unbroken. */
function namesOfNothing(
  objects: readonly KubernetesObject[],
  services: Mesh['services'],
): LeftOut[] {
  const aliases = aliasesIn(objects);
  return [...aliases].flatMap(([alias, name]): LeftOut[] => {
    const end = endOf(alias, aliases);
    if (services.some(({ host }) => host === end)) return [];
    const [service = '', namespace = ''] = alias.split('.');
    return [
      {
        object: `Service ${namespace}/${service}`,
        field: 'spec.externalName',
        sentence:
          end === undefined
            ? 'leads back to itself: it has no address'
            : `${name} is no Service and no host of a ServiceEntry: it is not reached here, and in a mesh ` +
              'no breaker holds for it. Add a ServiceEntry',
        mayChangeOutcomes: true,
      },
    ];
  });
}

function ofService(object: KubernetesObject): LeftOut[] {
  const { type, ports = [], trafficDistribution } = parseField(object, 'spec', serviceSpec);
  const say = (field: string, sentence: string, mayChangeOutcomes: boolean): LeftOut => ({
    ...{ object: nameOf(object), field, sentence, mayChangeOutcomes },
  });
  if (type === 'ExternalName') return [];
  return [
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

/** Where pods run (istio.io/docs/tasks/traffic-management/locality-load-balancing). */
import type { KubernetesObject } from '../objects/object.ts';
import type { PodSpec } from './kubernetes.ts';
import type { Locality, Pod } from './model.ts';

type Labels = Readonly<Record<string, string>>;

const REGION = 'topology.kubernetes.io/region';
const ZONE = 'topology.kubernetes.io/zone';
const SUBZONE = 'topology.istio.io/subzone';
const OLD_REGION = 'failure-domain.beta.kubernetes.io/region';
const OLD_ZONE = 'failure-domain.beta.kubernetes.io/zone';
const OWN = 'istio-locality';

/** Labels of each Node of the objects, by its name. */
export function nodeLabels(objects: readonly KubernetesObject[]): ReadonlyMap<string, Labels> {
  return new Map(
    objects
      .filter(({ kind, apiVersion }) => kind === 'Node' && apiVersion === 'v1')
      .map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  );
}

/**
 * By the pod's own label `istio-locality`, else by its node; of a pod that is on none yet, by the node
 * that it asks for. Undefined where nothing says it. getPodLocality in istiod; cases locality-*.
 */
export function localityOf(
  labels: Labels,
  { nodeName, nodeSelector = {} }: PodSpec,
  nodes: ReadonlyMap<string, Labels>,
): Locality | undefined {
  const own = localityFrom(undefined, labels);
  if (own !== undefined) return own;
  const node = nodeName === undefined ? nodeSelector : (nodes.get(nodeName) ?? {});
  const found = {
    region: node[REGION] ?? node[OLD_REGION] ?? '',
    zone: node[ZONE] ?? node[OLD_ZONE] ?? '',
    subzone: node[SUBZONE] ?? '',
  };
  return Object.values(found).every((part) => part === '') ? undefined : found;
}

/** Of a WorkloadEntry: as it says, `region/zone/subzone`, else by its label. */
export function localityFrom(text: string | undefined, labels: Labels): Locality | undefined {
  const label = labels[OWN] ?? '';
  const own = text ?? (label.includes('/') ? label : label.replaceAll('.', '/'));
  if (own === '') return undefined;
  const [region = '', zone = '', subzone = ''] = own.split('/');
  return { region, zone, subzone };
}

/** A pod's labels with those that istiod adds of where it runs (AugmentLabels). */
export function withTopology({
  labels,
  locality,
  node,
}: Pick<Pod, 'labels' | 'locality'> & Partial<Pick<Pod, 'node'>>): Labels {
  const added = [
    [REGION, locality?.region],
    [ZONE, locality?.zone],
    [SUBZONE, locality?.subzone],
    ['topology.istio.io/cluster', 'Kubernetes'],
    ['kubernetes.io/hostname', node],
  ].filter((pair): pair is [string, string] => (pair[1] ?? '') !== '');
  return { ...labels, ...Object.fromEntries(added) };
}

/** By what the number of a proxy's workers is decided (concurrencyOf in lab/mesh). */
import { type Mesh, type Pod, ROOT_NAMESPACE } from '../mesh/model.ts';
import { selects } from '../mesh/selects.ts';

const CPU_LIMIT = 'sidecar.istio.io/proxyCPULimit';
/** Any of these takes the place of the injector's own resources, its CPU limit among them. */
const RESOURCES = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'].map(
  (name) => `sidecar.istio.io/${name}`,
);

/**
 * How many workers run, in words, where they follow resources that somebody set; undefined where a
 * concurrency is said, or the injector's own two are in force.
 */
export function workersFollow(mesh: Mesh, pod: Pod): string | undefined {
  const { annotations, proxyConcurrency: workers } = pod;
  if (!RESOURCES.some((name) => name in annotations) || isSaid(mesh, pod)) return undefined;
  const limit = annotations[CPU_LIMIT];
  return limit === undefined
    ? 'a worker for each processor of its machine, as its resources have no CPU limit'
    : `${workers} ${workers === 1 ? 'worker' : 'workers'} for its CPU limit of ${limit}`;
}

function isSaid(
  { proxyConfigs, meshConfig }: Mesh,
  { annotations, namespace, labels }: Pod,
): boolean {
  return (
    /\bconcurrency\s*:/.test(annotations['proxy.istio.io/config'] ?? '') ||
    meshConfig.defaultConfig?.concurrency !== undefined ||
    proxyConfigs.some(
      ({ namespace: own, spec }) =>
        spec.concurrency !== undefined &&
        [namespace, ROOT_NAMESPACE].includes(own) &&
        (spec.selector === undefined || selects(spec.selector.matchLabels, labels)),
    )
  );
}

/** How many worker threads the Envoy of a pod runs, as istio-agent finds it. */
import { availableParallelism } from 'node:os';
import { parse } from 'yaml';
import { LabError } from '../../errors/labError.ts';
import { PROXY_CONTAINER } from './containers.ts';
import type { PodSpec } from './kubernetes.ts';
import { type Mesh, ROOT_NAMESPACE } from './model.ts';
import { selects } from './selects.ts';

type Labels = Readonly<Record<string, string>>;

export interface ProxiedPod {
  /** What a message calls it. */
  readonly owner: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
  /** Whether its proxy's container is as it runs, and not as the injector has yet to make it. */
  readonly running: boolean;
}

/** The injector's own CPU limit for proxies, 2000m (global.proxy.resources in Istio's chart). */
const INJECTED_LIMIT = 2;

/**
 * `concurrency` of the annotation `proxy.istio.io/config`, else of a ProxyConfig that selects the
 * pod, else of its namespace's, else of the root namespace's, else of the mesh's defaultConfig; where
 * none says one, the CPU limit of the proxy, rounded up. 0, and no limit, is a thread for each processor of the machine.
 * EffectiveProxyConfig in istiod (pilot/pkg/model), ConstructProxyConfig in pilot-agent, and the
 * injection template's `resources`.
 *
 * @throws LabError for an annotation that says no number of threads
 */
export function concurrencyOf(
  pod: ProxiedPod,
  proxyConfigs: Mesh['proxyConfigs'],
  ofMesh?: number,
): number {
  const threads = annotated(pod) ?? configured(pod, proxyConfigs) ?? ofMesh ?? cpuLimit(pod) ?? 0;
  return threads === 0 ? availableParallelism() : threads;
}

function annotated({ owner, annotations }: ProxiedPod): number | undefined {
  const text = annotations['proxy.istio.io/config'];
  if (text === undefined) return undefined;
  const where = `${owner}: annotation proxy.istio.io/config`;
  let config: unknown;
  try {
    config = parse(text);
  } catch (error) {
    throw new LabError(`${where}: is not YAML: ${(error as Error).message.split('\n')[0] ?? ''}`);
  }
  if (typeof config !== 'object' || config === null || !('concurrency' in config)) return undefined;
  const { concurrency } = config;
  if (concurrency === null) return undefined;
  if (typeof concurrency === 'number' && Number.isInteger(concurrency) && concurrency >= 0) {
    return concurrency;
  }
  throw new LabError(
    `${where}: concurrency is ${JSON.stringify(concurrency)}: must be a whole number of worker ` +
      'threads, or 0 for one for each processor of the machine',
  );
}

function configured(
  { namespace, labels }: ProxiedPod,
  configs: Mesh['proxyConfigs'],
): number | undefined {
  const own = configs.filter((config) => config.namespace === namespace);
  const root = configs.filter((config) => config.namespace === ROOT_NAMESPACE);
  return [
    own.find(({ spec }) => selects(spec.selector?.matchLabels ?? {}, labels)),
    ...[own, root].map((some) => some.find(({ spec }) => spec.selector === undefined)),
  ].find((config) => config?.spec.concurrency !== undefined)?.spec.concurrency;
}

/** In whole processors; undefined for a proxy without a limit. */
function cpuLimit({ annotations, spec, running }: ProxiedPod): number | undefined {
  const { containers, initContainers = [] } = spec;
  const own = [...containers, ...initContainers].find(({ name }) => name === PROXY_CONTAINER);
  if (own?.resources !== undefined || running) return quantity(own?.resources?.limits?.['cpu']);
  const ofResources = Object.keys(annotations).filter((key) => RESOURCES.has(key));
  if (ofResources.length === 0) return INJECTED_LIMIT;
  // One of them takes the place of all of the injector's own.
  return quantity(annotations['sidecar.istio.io/proxyCPULimit']);
}

const RESOURCES = new Set(
  ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'].map(
    (name) => `sidecar.istio.io/${name}`,
  ),
);

/** Kubernetes' `1500m`, `2`, `0.5` in whole processors, rounded up. */
function quantity(text: string | number | undefined): number | undefined {
  const found = /^(\d+(?:\.\d*)?|\.\d+)(m?)$/.exec(String(text ?? ''));
  if (found === null) return undefined;
  const processors = Number(found[1]) / (found[2] === 'm' ? 1000 : 1);
  return processors === 0 ? undefined : Math.ceil(processors);
}

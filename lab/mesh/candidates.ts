/** The few services that a pod may stand behind, so that not every pod is held against every service. */
import type { Pod, Service } from './model.ts';

interface Index {
  /** By namespace and one label of the selector: who has not this one is not selected. */
  readonly byLabel: ReadonlyMap<string, readonly number[]>;
  /** By an endpoint's address, or by a host that is an address itself. */
  readonly byAddress: ReadonlyMap<string, readonly number[]>;
}

const INDEXES = new WeakMap<readonly Service[], Index>();

/** All that select the pod or name its address, and some that do not; in their order. */
export function candidatesFor(
  { namespace, labels, ip = '' }: Pick<Pod, 'namespace' | 'labels'> & Partial<Pick<Pod, 'ip'>>,
  services: readonly Service[],
): Service[] {
  const index = INDEXES.get(services) ?? indexOf(services);
  INDEXES.set(services, index);
  const found = new Set([
    ...Object.entries(labels).flatMap(
      ([key, value]) => index.byLabel.get(labelKey(namespace, key, value)) ?? [],
    ),
    ...(index.byAddress.get(ip) ?? []),
  ]);
  return [...found].sort((a, b) => a - b).flatMap((at) => services[at] ?? []);
}

function indexOf(services: readonly Service[]): Index {
  const byLabel = new Map<string, number[]>();
  const byAddress = new Map<string, number[]>();
  services.forEach(({ namespace, selector, endpoints, host }, at) => {
    const [label] = Object.entries(selector);
    if (label !== undefined) add(byLabel, labelKey(namespace, ...label), at);
    for (const address of new Set([host, ...endpoints.map((one) => one.address)])) {
      add(byAddress, address, at);
    }
  });
  return { byLabel, byAddress };
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace} ${key}=${value}`;
}

function add(index: Map<string, number[]>, key: string, at: number): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [at]);
  else known.push(at);
}

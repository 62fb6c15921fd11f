/** The proxies of an experiment: its pods' sidecars, and the gateways that it enters by. */
import type { V1Pod } from '@kubernetes/client-node';
import { PROXY_CONTAINER } from '../mesh/containers.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Role } from '../../experiment/roles.ts';
import { EnvoyAdmin } from '../../envoy/admin.ts';
import type { SampledProxy } from '../watch/sampler.ts';
import { ADMIN_PORT, AdminTunnel } from './adminTunnel.ts';
import type { ClusterApi } from './api.ts';
import { idOf, isGoing, nameOf } from './podState.ts';
import type { Member } from './roster.ts';

/** A pod's proxy, and who it stands in front of. */
export interface Sidecar {
  readonly pod: V1Pod;
  readonly role: Role;
  /** The container that it is, and that logs what passed. */
  readonly container: string;
  readonly adminPort: number;
}

const INJECTED = { container: PROXY_CONTAINER, adminPort: ADMIN_PORT };

/** Where Envoy's own documentation and the StandaloneEnvoy component have the admin interface. */
const STANDALONE_ADMIN_PORT = 9901;

/** A sidecar is an ordinary container, or since Istio 1.24 one that starts before the others. */
export function hasProxy({ spec }: V1Pod): boolean {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(
    ({ name }) => name === PROXY_CONTAINER,
  );
}

/** The proxies that pods of the experiment have, or are. */
export function sidecarsOf(members: readonly Member[]): Sidecar[] {
  return members.flatMap(({ pod, workload: { role, container } }): Sidecar[] => {
    if (hasProxy(pod)) return [{ pod, role, ...INJECTED }];
    return role === 'gateway' ? [{ pod, role, container, adminPort: STANDALONE_ADMIN_PORT }] : [];
  });
}

/** Each proxy once: a gateway of the experiment's own is a pod of it, too. */
export function allOf(own: readonly Sidecar[], gateways: readonly Sidecar[]): Sidecar[] {
  const ids = new Set(own.map(({ pod }) => idOf(pod)));
  return [...own, ...gateways.filter(({ pod }) => !ids.has(idOf(pod)))];
}

/** The running proxies that the stack's Gateways select. */
export async function gatewaysOf(
  api: ClusterApi,
  objects: readonly KubernetesObject[],
): Promise<Sidecar[]> {
  const selectors = objects
    .filter(({ kind }) => kind === 'Gateway')
    .map(({ spec }) => (spec as { selector?: Record<string, string> }).selector ?? {})
    .map((labels) =>
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    )
    .filter((selector) => selector !== '');
  const found = await Promise.all([...new Set(selectors)].map((one) => api.podsLabelled(one)));
  return found
    .flat()
    .filter((pod) => !isGoing(pod) && hasProxy(pod))
    .map((pod) => ({ pod, role: 'gateway', ...INJECTED }));
}

export interface Reached extends SampledProxy {
  readonly versions: { readonly envoy: string | null; readonly istio: string | null };
  readonly close: () => void;
}

/** A sidecar whose admin interface answers. @throws where it does not */
export async function reach(api: ClusterApi, { pod, role, adminPort }: Sidecar): Promise<Reached> {
  const name = nameOf(pod);
  const tunnel = new AdminTunnel(api.config, pod.metadata?.namespace ?? '', name, adminPort);
  const admin = new EnvoyAdmin(tunnel.get);
  try {
    const versions = await admin.versions();
    return {
      pod: idOf(pod),
      role,
      concurrency: await admin.concurrency(),
      admin,
      // Istio's sidecars keep no record of ejections: their health is what was sampled.
      outlierEvents: () => Promise.resolve([]),
      versions: { ...versions, istio: versions.istio ?? istioOfImage(pod) },
      close: () => {
        tunnel.close();
      },
    };
  } catch (error) {
    tunnel.close();
    throw error;
  }
}

/** `docker.io/istio/proxyv2:1.30.3-distroless` is of Istio 1.30.3. */
export function istioOfImage({ spec }: V1Pod): string | null {
  const image = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(
    ({ name }) => name === PROXY_CONTAINER,
  )?.image;
  return /\/proxyv2:(\d+\.\d+\.\d+)/.exec(image ?? '')?.[1] ?? null;
}

/** Who speaks mutual TLS to whom (istio.io/docs/concepts/security/#mutual-tls-authentication). */
import type { ClientTls } from '../../istio/destinationRule.ts';
import {
  type EndpointEntry,
  type Mesh,
  type Pod,
  ROOT_NAMESPACE,
  type Service,
} from '../mesh/model.ts';
import { selects } from '../mesh/selects.ts';

export type Mode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

const DEFAULT_MODE: Mode = 'PERMISSIVE';

/**
 * What a pod's sidecar accepts on a port: the policy of its workload, its namespace or the root
 * namespace, the nearest that says something; cases mtls-*.
 */
export function inboundMode(mesh: Mesh, pod: Pod, port?: number): Mode {
  const own = mesh.peerAuthentications.filter(
    ({ namespace, spec }) =>
      namespace === pod.namespace &&
      spec.selector !== undefined &&
      selects(spec.selector.matchLabels, pod.labels),
  );
  const modes = [
    ...own.map(({ spec }) =>
      port === undefined ? undefined : spec.portLevelMtls?.[String(port)]?.mode,
    ),
    ...own.map(({ spec }) => spec.mtls?.mode),
  ];
  return said(modes) ?? namespaceMode(mesh, pod.namespace);
}

/** The mode that clients assume of a service: its namespace's, never a single workload's. */
export function namespaceMode(mesh: Mesh, namespace: string): Mode {
  const modes = [namespace, ROOT_NAMESPACE].map(
    (place) =>
      mesh.peerAuthentications.find(
        (policy) => policy.namespace === place && policy.spec.selector === undefined,
      )?.spec.mtls?.mode,
  );
  return said(modes) ?? DEFAULT_MODE;
}

function said(modes: readonly (Mode | 'UNSET' | undefined)[]): Mode | undefined {
  return modes.find((mode): mode is Mode => mode !== undefined && mode !== 'UNSET');
}

/**
 * How a client's cluster secures its connections. `auto`: mutual TLS to the endpoints that have a
 * sidecar, plain text to the others. A rule's word stands, where it has one.
 * buildUpstreamTLSSettings in istiod; cases defaults, mtls-disable, mtls-dr-*.
 */
export function outboundTls(
  mesh: Mesh,
  service: Service,
  tls: ClientTls | undefined,
  passthrough: boolean,
): 'auto' | 'mutual' | 'none' {
  if (tls !== undefined) return tls.mode === 'ISTIO_MUTUAL' ? 'mutual' : 'none';
  if (service.external) return 'none';
  if (mesh.meshConfig.enableAutoMtls === false) return 'none';
  if (namespaceMode(mesh, service.namespace) === 'DISABLE') return 'none';
  if (!passthrough) return 'auto';
  // Nobody knows which endpoint a passthrough connection reaches: all of them must have a sidecar.
  const { endpoints } = service;
  const all = endpoints.length > 0 && endpoints.every(({ pod }) => hasProxy(pod));
  return all ? 'mutual' : 'none';
}

/**
 * Whether an endpoint is marked for mutual TLS: as a rule says, else where it has a sidecar that
 * accepts it (checkMtlsEnabled in istiod; cases mtls-disable, mtls-dr-disable).
 */
export function takesMutualTls(
  mesh: Mesh,
  rule: ClientTls['mode'],
  pod: Pod | undefined,
  port: number,
): boolean {
  if (rule !== undefined) return rule === 'ISTIO_MUTUAL';
  return pod !== undefined && hasProxy(pod) && inboundMode(mesh, pod, port) !== 'DISABLE';
}

/**
 * The same of a WorkloadEntry: by its label, else where it runs under an identity of the mesh
 * (getTLSModeFromWorkloadEntry).
 */
export function entryTakesMutualTls(
  rule: ClientTls['mode'],
  { labels, serviceAccount = '' }: EndpointEntry,
): boolean {
  if (rule !== undefined) return rule === 'ISTIO_MUTUAL';
  const own = labels['security.istio.io/tlsMode'];
  return own === undefined ? serviceAccount !== '' : own === 'istio';
}

function hasProxy(pod: Pod | undefined): boolean {
  return pod !== undefined && pod.proxy !== 'none';
}

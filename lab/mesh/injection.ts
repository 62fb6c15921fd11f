/**
 * Who gets a sidecar, as istiod's injector decides
 * (istio.io/docs/setup/additional-setup/sidecar-injection; pkg/kube/inject, injectRequired).
 */

type Labels = Readonly<Record<string, string>>;

const MESH_GATEWAY = 'ingressgateway';

const INJECT = 'sidecar.istio.io/inject';
const YES = new Set(['true', 'yes', 'y', 'on', '1']);

/** Whether a pod made in a namespace with these labels is given a sidecar. */
export function isInjected(namespaceLabels: Labels, labels: Labels, annotations: Labels): boolean {
  const namespace = namespaceLabels['istio-injection'];
  if (namespace === 'disabled') return false;
  const enabled = namespace === 'enabled' || namespaceLabels['istio.io/rev'] !== undefined;
  const own = labels[INJECT];
  if (own !== undefined) return YES.has(own.toLowerCase());
  // The annotation can only opt out: the webhook's selectors, which opt in, see labels alone.
  const annotation = annotations[INJECT];
  return enabled && (annotation === undefined || YES.has(annotation.toLowerCase()));
}

/**
 * Whether a pod is a gateway: it asks the injector for the gateway's template, or has the label of
 * the mesh's own (istio.io/docs/setup/additional-setup/gateway).
 *
 * @param injected whether the injector sees to it; else it asks in vain
 */
export function isGateway(labels: Labels, annotations: Labels, injected: boolean): boolean {
  const templates = (annotations['inject.istio.io/templates'] ?? '').split(',');
  return (injected && templates.includes('gateway')) || labels['istio'] === MESH_GATEWAY;
}

/** Whether a running pod bears the marks that the injector leaves. */
export function hasSidecar(labels: Labels, annotations: Labels): boolean {
  return (
    labels['security.istio.io/tlsMode'] === 'istio' ||
    annotations['sidecar.istio.io/status'] !== undefined
  );
}

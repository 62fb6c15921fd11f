/**
 * The ingress gateway that stands in a mesh before anything is applied to it. A Gateway that
 * selects it needs it, and nobody's manifests hold it: it comes with Istio's installation.
 */
import { z } from 'zod';
import type { KubernetesObject } from '../objects/object.ts';
import { ROOT_NAMESPACE } from './model.ts';
import { isIstio } from './istioObjects.ts';

const NAME = 'istio-ingressgateway';
const LABELS = { app: NAME, istio: 'ingressgateway' };
const selectsIngress = z.looseObject({
  spec: z.looseObject({ selector: z.looseObject({ istio: z.literal(LABELS.istio) }) }),
});

/** Its pod and Service as the chart `istio/gateway` has them, each unless it is given. */
export function ingressFor(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const wanted = objects.some(
    (object) =>
      object.kind === 'Gateway' && isIstio(object) && selectsIngress.safeParse(object).success,
  );
  const stands = objects.some(
    ({ kind, metadata }) =>
      (kind === 'Pod' && metadata.labels?.['istio'] === LABELS.istio) ||
      (kind === 'Deployment' && metadata.name === NAME),
  );
  if (!wanted || stands) return [];
  const hasService = objects.some(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === NAME,
  );
  return hasService ? [POD] : [POD, SERVICE];
}

const POD: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${NAME}-0`,
    namespace: ROOT_NAMESPACE,
    labels: { ...LABELS, 'pod-template-hash': 'lab' },
    generateName: `${NAME}-lab-`,
    ownerReferences: [{ kind: 'ReplicaSet', name: `${NAME}-lab`, controller: true }],
  },
  spec: {
    serviceAccountName: `${NAME}-service-account`,
    containers: [{ name: 'istio-proxy', image: 'auto' }],
  },
};

const SERVICE: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: NAME, namespace: ROOT_NAMESPACE, labels: LABELS },
  spec: {
    selector: LABELS,
    ports: [
      { name: 'status-port', port: 15_021, targetPort: 15_021 },
      { name: 'http2', port: 80, targetPort: 8080 },
      { name: 'https', port: 443, targetPort: 8443 },
    ],
  },
};

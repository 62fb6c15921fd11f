/** Small objects for tests: a namespace with injection, a server, its Service, rules for it. */
import { leftOutText } from '../../../experiment/leftOut.ts';
import { meshOf } from '../../../lab/mesh/mesh.ts';
import type { KubernetesObject } from '../../../lab/objects/object.ts';
import type { Mesh, Pod, Service } from '../../../lab/mesh/model.ts';

export const NAMESPACE = 'shop';

type Labels = Readonly<Record<string, string>>;

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  fields: Readonly<Record<string, unknown>>,
  namespace = NAMESPACE,
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace }, ...fields };
}

export function namespace(labels: Labels = { 'istio-injection': 'enabled' }): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } };
}

export function deployment(
  name: string,
  options: {
    replicas?: number;
    labels?: Labels;
    annotations?: Labels;
    spec?: Readonly<Record<string, unknown>>;
  } = {},
): KubernetesObject {
  const { replicas = 1, labels = { app: name }, annotations = {}, spec = {} } = options;
  return object('apps/v1', 'Deployment', name, {
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: {
          containers: [
            { name: 'app', image: 'app', ports: [{ name: 'web', containerPort: 5000 }] },
          ],
          ...spec,
        },
      },
    },
  });
}

export function service(
  name: string,
  port: Readonly<Record<string, unknown>> = { name: 'http', port: 80, targetPort: 5000 },
  fields: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  return object('v1', 'Service', name, {
    spec: { selector: { app: name }, ports: [port], ...fields },
  });
}

export function istio(
  kind: string,
  name: string,
  spec: Readonly<Record<string, unknown>>,
  namespaceName = NAMESPACE,
): KubernetesObject {
  return object('networking.istio.io/v1', kind, name, { spec }, namespaceName);
}

export function destinationRule(
  trafficPolicy: object,
  more: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  return istio('DestinationRule', 'server', { host: 'server', trafficPolicy, ...more });
}

export function virtualService(
  http: readonly object[],
  more: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  return istio('VirtualService', 'server', { hosts: ['server'], http, ...more });
}

/** A client and a server with sidecars, the server's Service, and what is given besides. */
export function shop(...more: readonly KubernetesObject[]): Mesh {
  return meshOf([
    namespace(),
    deployment('client'),
    deployment('server', { labels: { app: 'server', version: 'v1' } }),
    service('server'),
    ...more,
  ]);
}

/** What a mesh leaves out, as reports say it. */
export function leftOutOf(mesh: Mesh): string[] {
  return mesh.leftOut.map(leftOutText);
}

export function podNamed(mesh: Mesh, name: string): Pod {
  const pod = mesh.pods.find((candidate) => candidate.name === name);
  if (pod === undefined) throw new TypeError(`no pod ${name}`);
  return pod;
}

export function serviceNamed(mesh: Mesh, name: string): Service {
  const found = mesh.services.find((candidate) => candidate.name === name);
  if (found === undefined) throw new TypeError(`no service ${name}`);
  return found;
}

/** The few objects that a rule's experiment is made of; what they lack is made up. */
import { CLIENT, SERVER } from '../../apps/contract.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { DEFAULT_NAMESPACE } from '../objects/parse.ts';

type Fields = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** The one service of most experiments. */
export const HOST = 'server';

function istio(kind: string, name: string, spec: Fields, namespace?: string): KubernetesObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec,
  };
}

/** A rule for the one service, with this policy for all of it. */
export function policy(trafficPolicy: Fields, more: Fields = {}): KubernetesObject {
  return istio('DestinationRule', HOST, { host: HOST, trafficPolicy, ...more });
}

export function destinationRule(name: string, spec: Fields, namespace?: string): KubernetesObject {
  return istio('DestinationRule', name, spec, namespace);
}

export function virtualService(http: readonly Fields[], more: Fields = {}): KubernetesObject {
  return istio('VirtualService', HOST, { hosts: [HOST], ...more, http });
}

export function sidecar(spec: Fields): KubernetesObject {
  return istio('Sidecar', 'default', spec);
}

/** Subsets v1, v2, ... by the label `version`; each has pods of its own, which are made up. */
export function versions(...names: readonly string[]): Fields[] {
  return names.map((name) => ({ name, labels: { version: name } }));
}

/** Two limits that refuse: so many connections, so many waiting requests. */
export function pool(maxConnections: number, http1MaxPendingRequests: number): Fields {
  return { connectionPool: { tcp: { maxConnections }, http: { http1MaxPendingRequests } } };
}

/** The service itself, and pods behind it, where the experiment needs more than what is made up. */
export function served(replicas: number, delay: string): KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: HOST },
      spec: { selector: { app: HOST }, ports: [{ name: 'http', port: 80, targetPort: 5000 }] },
    },
    deployment(HOST, replicas, 'circuit-lab-server:dev', { [SERVER.delay]: delay }),
  ];
}

/** Clients with a batch of their own each. */
export function senders(
  replicas: number,
  size: number,
  every: string,
  annotations: Texts = {},
): KubernetesObject {
  const env = {
    [CLIENT.url]: `http://${HOST}/index`,
    [CLIENT.batchSize]: String(size),
    [CLIENT.interval]: every,
  };
  return deployment(
    'client',
    replicas,
    'circuit-lab-client:dev',
    { ...env, LOG_FORMAT: 'json' },
    annotations,
  );
}

function deployment(
  name: string,
  replicas: number,
  image: string,
  env: Texts,
  annotations: Texts = {},
): KubernetesObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
        spec: {
          containers: [
            {
              name: 'app',
              image,
              env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
              ports: [{ containerPort: name === HOST ? 5000 : 8080 }],
            },
          ],
        },
      },
    },
  };
}

/** Such as `DestinationRule shop/server`, for objects of no namespace as well. */
export function inDefault(name: string): string {
  return `${DEFAULT_NAMESPACE}/${name}`;
}

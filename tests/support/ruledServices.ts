/** A mesh of many services, each with pods and with a rule of its own, for what linting costs. */
import type { KubernetesObject } from '../../lab/objects/object.ts';

const namespace = 'shop';

export function ruledServices(count: number): KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } },
    },
    ...Array.from({ length: count }, (_, index) => ruledService(`service-${index}`)).flat(),
  ];
}

function ruledService(name: string): KubernetesObject[] {
  const labels = { app: name };
  const metadata = { name, namespace };
  const containers = [{ name: 'app', image: 'app', ports: [{ containerPort: 5000 }] }];
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 5000 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata,
      spec: {
        host: name,
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } },
          outlierDetection: { consecutiveGatewayErrors: 10 },
        },
      },
    },
  ];
}

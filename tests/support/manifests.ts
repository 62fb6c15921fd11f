/** A small experiment as Kubernetes objects, for tests of `--manifests`. */
type Fields = Readonly<Record<string, unknown>>;

const namespace = 'lab';

function deployment(name: string, image: string, env: Readonly<Record<string, string>>): Fields {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'app',
              image,
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ports: [{ containerPort: 5000 }],
            },
          ],
        },
      },
    },
  };
}

/** What each object is; a test replaces or leaves out what it is about. */
export const objects = {
  namespace: {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } },
  },
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'pyserver', namespace },
    spec: { selector: { app: 'pyserver' }, ports: [{ name: 'http', port: 80, targetPort: 5000 }] },
  },
  server: deployment('pyserver', 'circuit-lab-server:dev', { DELAY: '1s' }),
  client: deployment('pyclient', 'circuit-lab-client:dev', { URL: 'http://pyserver/index' }),
};

export function destinationRule(spec: Fields): Fields {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'pyserver', namespace },
    spec,
  };
}

export function serverWith(image: string, env: Readonly<Record<string, string>>): Fields {
  return deployment('pyserver', image, env);
}

export function clientWith(env: Readonly<Record<string, string>>): Fields {
  return deployment('pyclient', 'circuit-lab-client:dev', env);
}

/** Multi-document YAML; JSON is YAML. */
export function documents(...given: readonly Fields[]): string {
  return given.map((object) => JSON.stringify(object, null, 2)).join('\n---\n');
}

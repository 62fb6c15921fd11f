/** What is made up where the objects lack it: objects, and a sentence for each of them. */
import type { KubernetesObject } from '../../objects/object.ts';

export interface MadeUp {
  readonly objects: readonly KubernetesObject[];
  /** Each ends with a full stop. */
  readonly said: readonly string[];
}

/** Of a server about which nothing is said. */
export const SERVICE_TIME = '10ms';
export const SERVER_IMAGE = 'circuit-lab-server:dev';

export const NOTHING: MadeUp = { objects: [], said: [] };

type Texts = Readonly<Record<string, string>>;

export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Texts;
  readonly replicas: number;
  readonly image: string;
  readonly env: Texts;
  readonly port: number;
}

export function deployment({
  name,
  namespace,
  labels,
  replicas,
  image,
  env,
  port,
}: Workload): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'app',
              image,
              env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
              ports: [{ containerPort: port }],
            },
          ],
        },
      },
    },
  };
}

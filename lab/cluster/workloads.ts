/** Who takes part in an experiment, by its objects: the Deployments, and what they are told. */
import type { V1Pod } from '@kubernetes/client-node';
import { understood } from '../mesh/images/table.ts';
import { isGateway } from '../mesh/injection.ts';
import { type ContainerSpec, deploymentSpec } from '../mesh/kubernetes.ts';
import type { App } from '../mesh/model.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { namespaceOf, parseField } from '../objects/parse.ts';
import type { Role } from '../../experiment/roles.ts';
import { intervalOf, longestSilence } from '../watch/silence.ts';

export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  /** `gateway` for one of its own, and for an Envoy without a mesh, which stands in its place. */
  readonly role: Role;
  /** The labels that its pods bear. */
  readonly labels: Readonly<Record<string, string>>;
  /** The application's container. */
  readonly container: string;
  /** The longest that a client may be silent, in ms, as its own settings have it. */
  readonly silenceMs: number;
  /** From one of a client's batches to the next, in ms, or more where a batch takes longer. */
  readonly intervalMs: number;
}

export function workloadsOf(objects: readonly KubernetesObject[]): Workload[] {
  return objects
    .filter(({ kind }) => kind === 'Deployment')
    .map((object): Workload => {
      const { replicas = 1, selector, template } = parseField(object, 'spec', deploymentSpec);
      const apps = template.spec.containers.map((container) => ({
        container,
        app: ownApp(container),
      }));
      const { labels = {}, annotations = {} } = template.metadata ?? {};
      const client = apps.find(({ app }) => app === 'client')?.container;
      return {
        name: object.metadata.name,
        namespace: namespaceOf(object),
        replicas,
        // Where it asks in vain, its pods never become ready, and that is said.
        role: isGateway(labels, annotations, true)
          ? 'gateway'
          : client === undefined
            ? ROLE_OF_APP[apps[0]?.app ?? 'server']
            : 'client',
        labels: selector.matchLabels ?? {},
        container: (client ?? template.spec.containers[0])?.name ?? '',
        silenceMs: client === undefined ? 0 : longestSilence((name) => setting(client, name)),
        intervalMs: client === undefined ? 0 : intervalOf((name) => setting(client, name)),
      };
    });
}

const ROLE_OF_APP: Readonly<Record<App, Role>> = {
  ...{ server: 'server', client: 'client', envoy: 'gateway', idle: 'server' },
};

/** Of the project's own programs: another's log cannot be read, so it is nobody to be followed. */
function ownApp(container: ContainerSpec): App | undefined {
  const { image, command = [], args = [], env = [] } = container;
  const values = env.flatMap(({ name, value }): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const found = understood({ image, command, args, env: Object.fromEntries(values) });
  return found?.own === true ? found.app : undefined;
}

export function isOf({ metadata }: V1Pod, { namespace, labels }: Workload): boolean {
  return (
    metadata?.namespace === namespace &&
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)
  );
}

function setting({ env = [] }: ContainerSpec, name: string): string | undefined {
  return env.find((one) => one.name === name)?.value;
}

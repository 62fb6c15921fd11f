/** Who takes part in an experiment, by its objects: the Deployments, and what they are told. */
import type { V1Pod } from '@kubernetes/client-node';
import { CLIENT } from '../../apps/contract.ts';
import { imageName } from '../mesh/containers.ts';
import { type ContainerSpec, deploymentSpec } from '../mesh/kubernetes.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { namespaceOf, parseField } from '../objects/parse.ts';
import type { ProxyRole } from '../analysis/requests.ts';
import { intervalOf, longestSilence } from '../watch/silence.ts';

export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  /** `gateway` for an Envoy without a mesh, which stands where a gateway would. */
  readonly role: ProxyRole;
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
      const client = template.spec.containers.find(isClient);
      return {
        name: object.metadata.name,
        namespace: namespaceOf(object),
        replicas,
        role: client === undefined ? roleOf(template.spec.containers) : 'client',
        labels: selector.matchLabels ?? {},
        container: (client ?? template.spec.containers[0])?.name ?? '',
        silenceMs: client === undefined ? 0 : longestSilence((name) => setting(client, name)),
        intervalMs: client === undefined ? 0 : intervalOf((name) => setting(client, name)),
      };
    });
}

export function isOf({ metadata }: V1Pod, { namespace, labels }: Workload): boolean {
  return (
    metadata?.namespace === namespace &&
    Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value)
  );
}

/** Whoever is told to log JSON is a client of this project, whatever its image is called. */
function isClient(container: ContainerSpec): boolean {
  return setting(container, CLIENT.logFormat) === 'json';
}

function roleOf([first]: readonly ContainerSpec[]): ProxyRole {
  return imageName(first?.image ?? '') === 'envoy' ? 'gateway' : 'server';
}

function setting({ env = [] }: ContainerSpec, name: string): string | undefined {
  return env.find((one) => one.name === name)?.value;
}

import * as pulumi from '@pulumi/pulumi';
import { digestOf } from '../experiment/digest.ts';

/**
 * Whether a resource of this type is an object of the API server, as `kubernetes:apps/v1:Deployment`
 * is. A Helm release, a file of YAML or a kustomization makes objects, but is none.
 */
export function isKubernetesObject(type: string): boolean {
  return /^kubernetes:(?!helm\.sh|yaml|kustomize)/.test(type);
}

/** A component that asks for its objects later, and knows its resources when it has. */
type Late = pulumi.Resource & { readonly resources: pulumi.Output<unknown> };

/** The Kubernetes objects that components ask for, whatever becomes of them. */
export class Inventory {
  readonly #inputs: pulumi.Output<unknown>[] = [];
  readonly #late = new Map<pulumi.Resource, pulumi.Output<unknown>[]>();
  readonly #known: pulumi.Output<unknown>[] = [];

  /** Belongs into the options of every component whose objects are meant. */
  readonly transformation: pulumi.ResourceTransformation = ({ type, props, opts }) => {
    const inputs = this.#late.get(opts.parent as pulumi.Resource) ?? this.#inputs;
    if (isKubernetesObject(type)) inputs.push(pulumi.output(props));
    return undefined;
  };

  /** Counts the children of a component as asked for now, though it asks for them later. */
  await(late: Late): void {
    this.#late.set(late, []);
    this.#known.push(late.resources);
  }

  /** What was asked for so far, as manifests. */
  objects(): pulumi.Output<readonly unknown[]> {
    const soFar = [...this.#inputs];
    if (this.#late.size === 0) return pulumi.all(soFar);
    const late = [...this.#late.values()];
    return pulumi.all(this.#known).apply(() => pulumi.all([...soFar, ...late.flat()]));
  }

  /** SHA-256 of what was asked for so far: changes when what one of the objects does, does. */
  digest(): pulumi.Output<string> {
    return this.objects().apply(digestOf);
  }
}

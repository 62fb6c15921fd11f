import * as pulumi from '@pulumi/pulumi';
import { digestOf } from '../experiment/digest.ts';

/**
 * Whether a resource of this type is an object of the API server, as `kubernetes:apps/v1:Deployment`
 * is. A Helm release, a file of YAML or a kustomization makes objects, but is none.
 */
export function isKubernetesObject(type: string): boolean {
  return /^kubernetes:(?!helm\.sh|yaml|kustomize)/.test(type);
}

/** The Kubernetes objects that components ask for, whatever becomes of them. */
export class Inventory {
  readonly #inputs: pulumi.Output<unknown>[] = [];
  readonly #awaited: pulumi.Output<unknown>[] = [];

  /** Belongs into the options of every component whose objects are meant. */
  readonly transformation: pulumi.ResourceTransformation = ({ type, props }) => {
    if (isKubernetesObject(type)) this.#inputs.push(pulumi.output(props));
    return undefined;
  };

  /** Objects that a component asks for later, such as those of YAML, are there when this is known. */
  await(asked: pulumi.Output<unknown>): void {
    this.#awaited.push(asked);
  }

  /** What was asked for so far, and what is awaited, as manifests. */
  objects(): pulumi.Output<readonly unknown[]> {
    const soFar = pulumi.all(this.#inputs);
    if (this.#awaited.length === 0) return soFar;
    return pulumi.all(this.#awaited).apply(() => pulumi.all(this.#inputs));
  }

  /** SHA-256 of what was asked for so far: changes when what one of the objects does, does. */
  digest(): pulumi.Output<string> {
    return this.objects().apply(digestOf);
  }
}

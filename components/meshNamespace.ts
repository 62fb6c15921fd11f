import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ofResource } from './ofResource.ts';

export interface MeshNamespaceArgs {
  /**
   * Name of the namespace in the cluster.
   * @default - the component's name
   */
  readonly namespace?: pulumi.Input<string>;
  /**
   * Whether Istio puts a sidecar into every pod.
   * @default true
   */
  readonly injection?: boolean;
  /**
   * Pod Security level that a pod must meet to be admitted. What misses `restricted` is warned of
   * and audited at every level.
   *
   * Where sidecars are injected it can be no other than `privileged`, unless Istio CNI is
   * installed: istio-init, which leads a pod's traffic to its sidecar, needs NET_ADMIN and NET_RAW,
   * and even `baseline` refuses those. The project's own containers meet `restricted`.
   * @default "privileged" with injection, else "restricted"
   */
  readonly podSecurity?: PodSecurity;
}

/** kubernetes.io/docs/concepts/security/pod-security-standards */
export type PodSecurity = 'privileged' | 'baseline' | 'restricted';

/** A namespace whose pods get a sidecar (istio.io/docs/setup/additional-setup/sidecar-injection). */
export class MeshNamespace extends pulumi.ComponentResource {
  /** The namespace's name; use it for everything that belongs inside. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: MeshNamespaceArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super('circuit-lab:index:MeshNamespace', name, {}, opts);

    const injection = args.injection ?? true;
    const podSecurity = args.podSecurity ?? (injection ? 'privileged' : 'restricted');
    const namespace = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: args.namespace ?? name,
          labels: {
            'istio-injection': injection ? 'enabled' : 'disabled',
            'pod-security.kubernetes.io/enforce': podSecurity,
            'pod-security.kubernetes.io/warn': 'restricted',
            'pod-security.kubernetes.io/audit': 'restricted',
          },
        },
      },
      { parent: this },
    );

    this.namespace = ofResource(namespace, args.namespace ?? name);
    this.registerOutputs({ namespace: this.namespace });
  }
}

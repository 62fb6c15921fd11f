import * as k8s from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { type ClusterAccess, configuredAccess } from './clusterAccess.ts';
import { Inventory } from './inventory.ts';
import { IstioInstallation } from './istioInstallation.ts';

export interface ClusterPlatformArgs {
  /**
   * Whether Istio is installed by its charts; else it has to be there.
   * @default false
   */
  readonly installIstio?: boolean;
  /**
   * What has to be there before anything is applied, such as a `Preflight`.
   * @default - nothing
   */
  readonly after?: pulumi.Resource;
}

/**
 * Applies Kubernetes objects to the cluster that `kubernetes:kubeconfig` and `kubernetes:context`
 * name, by default that of kubectl. `options` belongs into the options of every component of the
 * experiment.
 *
 * @throws pulumi.RunError where `kubernetes:kubeconfig` is not the path of a file
 */
export class ClusterPlatform {
  /** Options for every component of the experiment. */
  readonly options: pulumi.ComponentResourceOptions;
  /** What is applied. */
  readonly inventory = new Inventory();
  /** The same cluster, for whoever observes it. */
  readonly access: ClusterAccess = configuredAccess();

  constructor(name: string, { installIstio = false, after }: ClusterPlatformArgs = {}) {
    this.options = {
      ...(after && { dependsOn: after }),
      transformations: [this.inventory.transformation],
      ...(installIstio && { providers: { kubernetes: this.providerWithIstio(name, after) } }),
    };
  }

  /** Whatever is made with it waits for Istio: for its CRDs and for its injection. */
  private providerWithIstio(name: string, after: pulumi.Resource | undefined): k8s.Provider {
    const istio = new IstioInstallation('istio', undefined, after && { dependsOn: after });
    // The configuration is the default provider's; another one has to be told.
    return new k8s.Provider(name, { ...this.access }, { dependsOn: istio });
  }
}

import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { accessOptions, type ClusterAccess, configuredAccess } from './clusterAccess.ts';
import { Inventory } from './inventory.ts';
import { IstioInstallation } from './istioInstallation.ts';
import { RecordFolder } from './recordFolder.ts';

export interface ClusterPlatformArgs {
  /** Namespace that the experiment will make. */
  readonly namespace: string;
  /**
   * Whether Istio is installed by its charts; else it has to be there.
   * @default false
   */
  readonly installIstio?: boolean;
}

/**
 * Applies Kubernetes objects to the cluster that `kubernetes:kubeconfig` and `kubernetes:context`
 * name, by default that of kubectl. `options` belongs into the options of every component of the
 * experiment.
 *
 * @throws pulumi.RunError where `kubernetes:kubeconfig` is not the path of a file
 */
export class ClusterPlatform {
  readonly options: pulumi.ComponentResourceOptions;
  /** What is applied. */
  readonly inventory = new Inventory();
  /** The same cluster, for whoever observes it. */
  readonly access: ClusterAccess;

  /** @param folder that holds what the stack records; git ignores it */
  constructor(name: string, folder: string, args: ClusterPlatformArgs) {
    const { namespace, installIstio = false } = args;
    this.access = configuredAccess();
    const fit = [
      `exec node lab/main.ts preflight ${pulumi.getStack()} --namespace ${namespace}`,
      ...(installIstio ? ['--no-istio'] : []),
      ...accessOptions(this.access),
    ];
    this.options = {
      // What is wrong with the cluster is said once, in words that help, before anything is made.
      dependsOn: new RecordFolder(name, folder, fit.join(' ')),
      transformations: [this.inventory.transformation],
      ...(installIstio && { providers: { kubernetes: this.providerWithIstio(name) } }),
    };
  }

  /** Whatever is made with it waits for Istio: for its CRDs and for its injection. */
  private providerWithIstio(name: string): k8s.Provider {
    // The configuration is the default provider's; another one has to be told.
    return new k8s.Provider(
      name,
      { ...this.access },
      { dependsOn: new IstioInstallation('istio') },
    );
  }
}

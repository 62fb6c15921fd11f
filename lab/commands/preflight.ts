/** `lab preflight`: what `pulumi up` asks of a cluster before it makes anything. */
import { ClusterApi } from '../cluster/api.ts';
import { type ClusterOptions, loadKubeconfig } from '../cluster/kubeconfig.ts';
import { refuseUnfitCluster } from '../cluster/preflight.ts';

export interface PreflightOptions extends ClusterOptions {
  readonly namespace: string;
  /** False where Istio need not be there. */
  readonly istio: boolean;
}

/** @throws InputError where the cluster cannot take the stack */
export function preflight(stack: string, options: PreflightOptions): Promise<void> {
  const { namespace, istio } = options;
  const api = new ClusterApi(loadKubeconfig(options), stack);
  return refuseUnfitCluster(api, { stack, namespace, istio });
}

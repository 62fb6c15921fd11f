/** `lab preflight`: what `pulumi up` asks of a cluster, or of this machine, before it makes anything. */
import type { ClusterOptions } from '../cluster/kubeconfig.ts';
import { findEnvoy } from '../environment/envoyBinary.ts';

export interface PreflightOptions extends ClusterOptions {
  /** That the stack will make in a cluster; undefined where it runs on this machine. */
  readonly namespace?: string;
  /** False where Istio need not be there. */
  readonly istio: boolean;
  /** A namespace of others in which the stack makes a Telemetry. */
  readonly telemetryIn?: string;
}

/**
 * On this machine, installs Envoy where there is none.
 *
 * @throws LabError where the cluster cannot take the stack, or this machine cannot run it
 */
export async function preflight(stack: string, options: PreflightOptions): Promise<void> {
  const { namespace, istio, telemetryIn } = options;
  if (namespace === undefined) {
    await findEnvoy({ onProgress: (line) => process.stderr.write(`${line}\n`) });
    return;
  }
  // The Kubernetes client is loaded only where there is a cluster to talk to.
  const [{ ClusterApi }, { loadKubeconfig }, { refuseUnfitCluster }] = await Promise.all([
    import('../cluster/api.ts'),
    import('../cluster/kubeconfig.ts'),
    import('../cluster/preflight.ts'),
  ]);
  const api = new ClusterApi(loadKubeconfig(options), stack);
  await refuseUnfitCluster(api, { stack, namespace, istio, telemetryIn });
}

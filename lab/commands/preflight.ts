/** `lab preflight`: what `pulumi up` asks of a cluster, or of this machine, before it makes anything. */
import { Command, Option } from 'commander';
import type { ClusterOptions } from '../cluster/kubeconfig.ts';
import { findEnvoy } from '../environment/envoyBinary.ts';
import { CLUSTER, withOptions } from './options.ts';

export const command = withOptions(
  new Command('preflight')
    .description(
      'what pulumi up calls first: say what keeps a cluster, or this machine, from a stack',
    )
    .argument('<stack>', 'named by the messages'),
  [
    new Option('--namespace <name>', 'that the stack will make in a cluster; else it runs here'),
    new Option('--no-istio', 'Istio need not be there'),
    new Option('--alerts', 'the stack makes rules for the Prometheus operator'),
    new Option('--telemetry-in <namespace>', 'of others, in which the stack makes a Telemetry'),
    ...CLUSTER,
  ],
).action(preflight);

interface PreflightOptions extends ClusterOptions {
  /** That the stack will make in a cluster; undefined where it runs on this machine. */
  readonly namespace?: string;
  /** False where Istio need not be there. */
  readonly istio: boolean;
  readonly alerts?: true;
  /** A namespace of others in which the stack makes a Telemetry. */
  readonly telemetryIn?: string;
}

/**
 * On this machine, installs Envoy where there is none.
 *
 * @throws LabError where the cluster cannot take the stack, or this machine cannot run it
 */
async function preflight(stack: string, options: PreflightOptions): Promise<void> {
  const { namespace, istio, alerts = false, telemetryIn } = options;
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
  const api = new ClusterApi(loadKubeconfig(options), `stack ${stack}`);
  await refuseUnfitCluster(api, { stack, namespace, istio, alerts, telemetryIn });
}

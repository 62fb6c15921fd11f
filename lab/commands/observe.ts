/** `lab observe`: an experiment that is deployed, from the cluster to a verdict. */
import { Command } from 'commander';
import type { ClusterOptions } from '../cluster/kubeconfig.ts';
import { observation as observationSchema } from '../../experiment/observation.ts';
import type { Observe } from '../watch/observe.ts';
import { follow } from './follow.ts';
import {
  BATCHES,
  CLUSTER,
  MANIFESTS,
  MESH_CONFIG,
  PROXY_CONCURRENCY,
  SET,
  withOptions,
} from './options.ts';
import { exitCodeOf, type OutputOptions, outputOf, outputOptions } from './output.ts';
import { paceOf, prepare, type RunOptions } from './prepare.ts';
import { leaveReport, REPORT, type ReportOptions } from './reportFile.ts';
import { fullView } from './views.ts';

export const command = withOptions(
  new Command('observe')
    .description('watch an experiment that is deployed to a cluster, and say whether it holds')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [
    ...[MANIFESTS, SET, MESH_CONFIG, PROXY_CONCURRENCY, BATCHES],
    ...[...CLUSTER, ...REPORT, ...outputOptions('observation')],
  ],
).action(
  async (stack: string | undefined, options: ObserveOptions & OutputOptions & ReportOptions) => {
    const output = outputOf('observation', options);
    const prepared = await prepare(stack, { ...options, deployed: true }, paceOf(options));
    const observe = await clusterObserver(options);
    const observation = await follow(prepared, observe, fullView(output.progress));
    output.print(observationSchema.parse(observation));
    await leaveReport(observation, options, output.isForPeople);
    process.exitCode = exitCodeOf(observation.verdict.outcome);
  },
);

type ObserveOptions = Omit<RunOptions, 'timeScale'> & ClusterOptions;

/**
 * In the cluster that is meant. The Kubernetes client is loaded only where there is one to talk to.
 *
 * @throws LabError where no cluster is meant
 */
export async function clusterObserver(options: ClusterOptions): Promise<Observe> {
  const [{ loadKubeconfig }, { observeCluster }] = await Promise.all([
    import('../cluster/kubeconfig.ts'),
    import('../cluster/observe.ts'),
  ]);
  return observeCluster(loadKubeconfig(options));
}

/** `lab observe`: an experiment that is deployed, from the cluster to a verdict. */
import { Command } from 'commander';
import type { ClusterOptions } from '../cluster/kubeconfig.ts';
import { meshOf } from '../mesh/mesh.ts';
import {
  observation as observationSchema,
  type Observation,
} from '../../experiment/observation.ts';
import { loadSource } from '../objects/source.ts';
import { untilInterrupted } from './interrupt.ts';
import { BATCHES, CLUSTER, SOURCE, withOptions } from './options.ts';
import { exitCodeOf, type OutputOptions, outputOf, outputOptions } from './output.ts';
import { paceOf, type RunOptions } from './prepare.ts';
import { fullView, type ViewOf } from './views.ts';

export const command = withOptions(
  new Command('observe')
    .description('watch an experiment that is deployed to a cluster, and say whether it holds')
    .argument('[stack]', 'a stack: Pulumi.<stack>.yaml'),
  [...SOURCE, BATCHES, ...CLUSTER, ...outputOptions('observation')],
).action(async (stack: string | undefined, options: ObserveOptions & OutputOptions) => {
  const output = outputOf('observation', options);
  const observation = await observeDeployed(stack, options, fullView(output.progress));
  output.print(observationSchema.parse(observation));
  process.exitCode = exitCodeOf(observation.verdict.outcome);
});

type ObserveOptions = Omit<RunOptions, 'timeScale'> & ClusterOptions;

/** Watches what is deployed, showing how it goes; a signal ends it in order. */
export async function observeDeployed(
  stack: string | undefined,
  options: ObserveOptions,
  viewOf: ViewOf,
): Promise<Observation> {
  const { batches } = paceOf(options);
  const { experiment, ...source } = await loadSource(stack, options);
  // The Kubernetes client is loaded only where there is a cluster to talk to.
  const [{ loadKubeconfig }, { observeCluster }] = await Promise.all([
    import('../cluster/kubeconfig.ts'),
    import('../cluster/observe.ts'),
  ]);
  const kubeconfig = loadKubeconfig(options);
  const progress = viewOf(experiment, meshOf(source.objects));
  return untilInterrupted((signal) =>
    observeCluster({
      ...source,
      experiment: batches === undefined ? experiment : { ...experiment, batches },
      kubeconfig,
      signal,
      onProgress: (event) => {
        progress.show(event);
      },
    }),
  ).finally(() => {
    progress.end();
  });
}

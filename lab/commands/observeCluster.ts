/** `lab observe`: an experiment that is deployed, from the cluster to a verdict. */
import { type ClusterOptions, loadKubeconfig } from '../cluster/kubeconfig.ts';
import { observeCluster } from '../cluster/observe.ts';
import { meshOf } from '../mesh/mesh.ts';
import {
  observation as observationSchema,
  type Observation,
} from '../../experiment/observation.ts';
import { terminalReport } from '../report/terminal.ts';
import { loadSource } from '../objects/source.ts';
import { untilInterrupted } from './interrupt.ts';
import { exitCodeOf, printResult, progressStream } from './output.ts';
import { paceOf, type RunOptions } from './prepare.ts';
import { fullView, type ViewOf } from './views.ts';

type ObserveOptions = Omit<RunOptions, 'timeScale'> & ClusterOptions;

/** @returns the verdict's exit code */
export async function observeInCluster(
  stack: string | undefined,
  options: ObserveOptions,
): Promise<number> {
  const observation = await observeDeployed(stack, options, fullView(progressStream(options)));
  printResult(
    observationSchema.parse(observation),
    (colour) => terminalReport(observation, colour),
    options,
  );
  return exitCodeOf(observation.verdict.outcome);
}

/** Watches what is deployed, showing how it goes; a signal ends it in order. */
export async function observeDeployed(
  stack: string | undefined,
  options: ObserveOptions,
  viewOf: ViewOf,
): Promise<Observation> {
  const { batches } = paceOf(options);
  const { experiment, ...source } = await loadSource(stack, options);
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

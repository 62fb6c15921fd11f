/** `lab observe`: an experiment that is deployed, from the cluster to a verdict. */
import { type ClusterOptions, loadKubeconfig } from '../cluster/kubeconfig.ts';
import { observeCluster } from '../cluster/observe.ts';
import { observation as observationSchema } from '../observation/schema.ts';
import { ProgressView } from '../report/progress.ts';
import { terminalReport } from '../report/terminal.ts';
import { loadSource } from '../source.ts';
import { untilInterrupted } from './interrupt.ts';
import { printResult, progressStream } from './output.ts';
import { paceOf, type RunOptions } from './prepare.ts';

/** The exit code: 0 where the verdict holds, 1 where it does not. */
export async function observeInCluster(
  stack: string | undefined,
  options: Omit<RunOptions, 'timeScale'> & ClusterOptions,
): Promise<number> {
  const { batches } = paceOf(options);
  const { experiment, ...source } = await loadSource(stack, options);
  const kubeconfig = loadKubeconfig(options);
  const progress = new ProgressView(progressStream(options));
  const observation = await untilInterrupted((signal) =>
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

  printResult(
    observationSchema.parse(observation),
    (colour) => terminalReport(observation, colour),
    options,
  );
  return observation.verdict.holds ? 0 : 1;
}

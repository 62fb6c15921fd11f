/** How the commands that run experiments show how one goes on. */
import { LOADS } from '../../apps/contract.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import type { Mesh } from '../mesh/model.ts';
import { BriefProgress } from '../report/briefProgress.ts';
import { ProgressView } from '../report/progress.ts';
import type { Progress } from '../watch/progress.ts';

export interface View {
  readonly show: (progress: Progress) => void;
  readonly end: () => void;
}

export type ViewOf = (experiment: Experiment, mesh: Mesh) => View;

/** For a person, on a terminal of their own. */
export function fullView(stream: NodeJS.WriteStream): ViewOf {
  return ({ load }) => {
    const view = new ProgressView(stream, LOADS[load].inBatches);
    return {
      show: (progress) => {
        view.show(progress);
      },
      end: () => {
        view.end();
      },
    };
  };
}

/** For another program, which shows a part of the last line. */
export function briefView(stream: NodeJS.WriteStream): ViewOf {
  return (experiment, mesh) => {
    const write = (line: string): boolean => stream.write(`${line}\n`);
    const view = new BriefProgress(write, experiment, requestsIn(mesh));
    return {
      show: (progress) => {
        view.show(progress);
      },
      end: () => undefined,
    };
  };
}

/** How many the clients of a load without batches send, all together. */
function requestsIn({ pods }: Mesh): number {
  return pods
    .flatMap(({ containers }) => containers)
    .filter(({ env }) => env['MODE'] !== undefined && env['MODE'] !== 'batch')
    .reduce((sum, { env }) => sum + Number(env['REQUESTS'] ?? 0), 0);
}

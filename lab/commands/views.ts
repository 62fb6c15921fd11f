/** How the commands that run experiments show how one goes on. */
import { CLIENT, LOADS, loadTraits } from '../../apps/contract.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { parseDuration } from '../../istio/duration.ts';
import type { Mesh } from '../mesh/model.ts';
import { BriefProgress, type Load } from '../report/briefProgress.ts';
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
    const view = new BriefProgress(write, experiment, loadOf(mesh));
    return {
      show: (progress) => {
        view.show(progress);
      },
      end: () => undefined,
    };
  };
}

/** For what says by itself how long it takes. */
export const quietView: ViewOf = () => ({ show: () => undefined, end: () => undefined });

/** By the settings of the client app. */
function loadOf({ pods }: Mesh): Load {
  const clients = pods
    .flatMap(({ containers }) => containers)
    .filter(({ env }) => env[CLIENT.mode] !== undefined);
  const unbatched = clients.filter(({ env }) => loadTraits(env[CLIENT.mode])?.inBatches === false);
  return {
    requests: unbatched.reduce((sum, { env }) => sum + Number(env[CLIENT.requests] ?? 0), 0),
    intervalMs: Math.max(
      0,
      ...clients.map(({ env }) => parseDuration(env[CLIENT.interval] ?? '') ?? 0),
    ),
  };
}

/** What the commands that run experiments share: from their options to something that can run. */
import { LabError } from '../../errors/labError.ts';
import { digestOf } from '../../experiment/digest.ts';
import type { Given } from '../mesh/given.ts';
import { complete, type Completed } from '../mesh/madeUp/complete.ts';
import { meshOf } from '../mesh/mesh.ts';
import { loadMeshConfig } from '../mesh/meshConfig.ts';
import { scaleTimes } from '../mesh/timeScale.ts';
import { loadModeOf, serviceTimeOf } from '../mesh/told.ts';
import { loadSource, type Source, type SourceOptions } from '../objects/source.ts';
import type { Prepared } from '../watch/observe.ts';

export interface RunOptions extends PrepareOptions {
  readonly batches?: string;
  readonly timeScale?: string;
  readonly proxyConcurrency?: string;
}

/** How long an experiment is observed, how fast it goes, and on how many threads. */
export interface Pace {
  /** The stack's own number of batches where undefined. */
  readonly batches: number | undefined;
  readonly timeScale: number;
  /** Of every Envoy; as the objects have it where undefined. */
  readonly proxyConcurrency?: number | undefined;
}

/** @throws LabError naming the option that cannot be used */
export function paceOf({ batches, timeScale, proxyConcurrency }: RunOptions): Pace {
  return {
    batches: batches === undefined ? undefined : wholeNumber('--batches', batches, 1000),
    timeScale: timeScale === undefined ? 1 : scaleFactor(timeScale),
    proxyConcurrency:
      proxyConcurrency === undefined
        ? undefined
        : wholeNumber('--proxy-concurrency', proxyConcurrency, 128),
  };
}

/** @throws LabError naming what cannot be used, and where it stands */
export async function prepare(
  stack: string | undefined,
  options: PrepareOptions,
  { batches, timeScale, proxyConcurrency }: Pace,
): Promise<Prepared> {
  const { source, objects, mesh } = await understand(stack, options, {
    timeScale,
    proxyConcurrency,
  });
  const { experiment, digest, knowsServiceTime } = source;
  const { load, serviceTime } = experiment;
  return {
    objects,
    mesh,
    experiment: {
      ...experiment,
      ...(batches !== undefined && { batches }),
      load: loadModeOf(mesh) ?? load,
      serviceTime: (knowsServiceTime ? undefined : serviceTimeOf(mesh, timeScale)) ?? serviceTime,
    },
    timeScale,
    digest,
  };
}

/** Where the objects come from, the mesh that they are applied to, and how they are to be taken. */
export interface PrepareOptions extends SourceOptions {
  /** A file with the mesh's MeshConfig. */
  readonly meshConfig?: string;
  /** Refuses what is not whole. */
  readonly strict?: true;
  /** Stands in a cluster: it is what it is there, and nothing is made up. */
  readonly deployed?: true;
}

export interface Understood extends Completed {
  readonly source: Source;
}

/**
 * A source's objects as a mesh, with what they lack made up; their times shrunk.
 *
 * @throws LabError naming what cannot be used, or, where it is to be strict, what is missing
 */
export async function understand(
  stack: string | undefined,
  options: PrepareOptions,
  { timeScale = 1, proxyConcurrency }: Pick<Given, 'timeScale' | 'proxyConcurrency'> = {},
): Promise<Understood> {
  const loaded = await loadSource(stack, options);
  const { meshConfig: file } = options;
  const meshConfig = file === undefined ? {} : { meshConfig: loadMeshConfig(file) };
  const source = {
    ...loaded,
    digest: digestWith(loaded.digest, { ...meshConfig, proxyConcurrency }),
  };
  const { behaviour, clientLoad, replicas } = source.experiment;
  const own = scaleTimes(source.objects, timeScale);
  const given: Given = { ...meshConfig, behaviour, timeScale, proxyConcurrency };
  if (options.deployed) {
    return { source, objects: own, mesh: meshOf(own, given) };
  }
  const { objects, mesh } = complete(own, { ...given, load: clientLoad, replicas });
  if (options.strict && mesh.madeUp.length > 0) {
    const missing = mesh.madeUp.map((sentence) => `\n  ${sentence}`).join('');
    throw new LabError(`--strict: the objects are not whole; without it would be:${missing}`);
  }
  const notDone = source.notDone.map((sentence) => ({ sentence, mayChangeOutcomes: true }));
  return { source, objects, mesh: { ...mesh, leftOut: [...mesh.leftOut, ...notDone] } };
}

/** What is given beside the objects makes another experiment of them. */
function digestWith(digest: string, beside: object): string {
  const said = JSON.stringify(beside);
  return said === '{}' ? digest : digestOf([{ digest, beside: said }]);
}

/** @throws LabError unless the text is a whole number from 1 to a limit */
export function wholeNumber(option: string, text: string, limit: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= limit) return number;
  throw new LabError(`${option} ${text}: must be a whole number from 1 to ${limit}`);
}

function scaleFactor(text: string): number {
  const factor = Number(text);
  if (text.trim() !== '' && factor >= 0.01 && factor <= 10) return factor;
  throw new LabError(
    `--time-scale ${text}: must be a number from 0.01 to 10; 0.2 makes everything five times as fast`,
  );
}

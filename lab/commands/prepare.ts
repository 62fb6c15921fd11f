/** What the commands that run experiments share: from their options to something that can run. */
import { LabError } from '../../errors/labError.ts';
import type { Given } from '../mesh/given.ts';
import { meshOf } from '../mesh/mesh.ts';
import { loadMeshConfig } from '../mesh/meshConfig.ts';
import { scaleTimes } from '../mesh/timeScale.ts';
import { loadSource, type SourceOptions } from '../objects/source.ts';
import type { Prepared } from '../watch/observe.ts';

/** Where the objects come from, and the mesh that they are applied to. */
export interface MeshOptions extends SourceOptions {
  /** A file with its MeshConfig. */
  readonly meshConfig?: string;
}

export interface RunOptions extends MeshOptions {
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
  source: MeshOptions,
  { batches, timeScale, proxyConcurrency }: Pace,
): Promise<Prepared> {
  const { objects: given, experiment, digest } = await loadSource(stack, source);
  const objects = scaleTimes(given, timeScale);
  return {
    objects,
    mesh: meshOf(objects, {
      ...givenBy(source),
      ...{ behaviour: experiment.behaviour, timeScale, proxyConcurrency },
    }),
    experiment: batches === undefined ? experiment : { ...experiment, batches },
    timeScale,
    digest,
  };
}

/** @throws LabError for a MeshConfig that Istio would not take */
export function givenBy({ meshConfig }: MeshOptions): Pick<Given, 'meshConfig'> {
  return meshConfig === undefined ? {} : { meshConfig: loadMeshConfig(meshConfig) };
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

/** From objects to an experiment that is ready to be observed. */
import { LabError } from '../../errors/labError.ts';
import { digestOf } from '../../experiment/digest.ts';
import type { Given } from '../mesh/given.ts';
import { complete, type Completed, housed } from '../mesh/madeUp/complete.ts';
import { meshOf } from '../mesh/mesh.ts';
import { loadMeshConfig } from '../mesh/meshConfig.ts';
import { scaleTimes } from '../mesh/timeScale.ts';
import { loadModeOf, serviceTimeOf } from '../mesh/told.ts';
import type { Described } from '../objects/experimentOf.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Prepared } from './observe.ts';

/** How long an experiment is observed, how fast it goes, and on how many threads. */
export interface Pace {
  /** The stack's own number of batches where undefined. */
  readonly batches: number | undefined;
  readonly timeScale: number;
  /** Of every Envoy; as the objects have it where undefined. */
  readonly proxyConcurrency?: number | undefined;
}

/** How the objects are to be taken. */
export interface TakenAs {
  /** A file with the mesh's MeshConfig. */
  readonly meshConfig?: string;
  /** Refuses what is not whole. */
  readonly strict?: true;
  /** Stands in a cluster: it is what it is there, and nothing is made up. */
  readonly deployed?: true;
  /** Nothing is sent: nobody is made up who would. */
  readonly unsent?: true;
}

/** Objects, with what they and others say of their experiment. */
export interface Told extends Described {
  readonly objects: readonly KubernetesObject[];
}

export interface Understood<Source extends Told = Told> extends Completed {
  readonly source: Source;
}

/** @throws LabError naming what cannot be used, and where it stands */
export function preparedOf(told: Told, taken: TakenAs, pace: Pace): Prepared {
  const { source, objects, mesh } = understoodOf(told, taken, pace);
  const { experiment, digest, knowsServiceTime } = source;
  const { load, serviceTime } = experiment;
  const { batches, timeScale } = pace;
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

/**
 * Objects as a mesh, with what they lack made up; their times shrunk.
 *
 * @throws LabError naming what cannot be used, or, where it is to be strict, what is missing
 */
export function understoodOf<Source extends Told>(
  told: Source,
  { meshConfig: file, strict, deployed, unsent }: TakenAs,
  { timeScale = 1, proxyConcurrency }: Pick<Given, 'timeScale' | 'proxyConcurrency'> = {},
): Understood<Source> {
  const meshConfig = file === undefined ? {} : { meshConfig: loadMeshConfig(file) };
  const source = { ...told, digest: digestWith(told.digest, { ...meshConfig, proxyConcurrency }) };
  const { behaviour, clientLoad, replicas } = source.experiment;
  const own = scaleTimes(source.objects, timeScale);
  const given: Given = { ...meshConfig, behaviour, timeScale, proxyConcurrency };
  if (deployed) return { source, objects: own, mesh: meshOf(own, given) };
  // A load that is made up says nothing of what is given.
  const made = unsent && clientLoad === undefined ? housed : complete;
  const { objects, mesh } = made(own, { ...given, load: clientLoad, replicas });
  if (strict && mesh.madeUp.length > 0) {
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

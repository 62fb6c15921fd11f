/** The one door for observers: whoever can tell what an experiment shows, by running, watching or foretelling it. */
import type { Experiment } from '../../experiment/experiment.ts';
import type { Observation } from '../../experiment/observation.ts';
import type { Mesh } from '../mesh/model.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Progress } from './progress.ts';

/** An experiment that is ready to be observed. */
export interface Prepared {
  /** What makes the mesh, its times shrunk by `timeScale`. */
  readonly objects: readonly KubernetesObject[];
  readonly mesh: Mesh;
  readonly experiment: Experiment;
  /** By how much the mesh's times were shrunk: 1 for not at all. */
  readonly timeScale: number;
  /** SHA-256 of the objects, as they were given (experiment/digest.ts). */
  readonly digest: string;
}

export interface Watching {
  /** Ends it early; its `reason` is thrown once everything has been stopped. */
  readonly signal: AbortSignal;
  readonly onProgress: (event: Progress) => void;
}

/**
 * Makes an observation of its facts by `finish` (lab/analysis).
 *
 * @throws LabError for an experiment that it cannot observe
 * @throws the signal's reason
 */
export type Observe = (experiment: Prepared, watching: Watching) => Promise<Observation>;

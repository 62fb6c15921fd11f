/** Manifests on disk, and the experiment's own file beside them. */
import { resolve } from 'node:path';
import {
  besides,
  isExperiment,
  type Said,
  saidOf,
  type SayingOptions,
  textIn,
} from './experimentFile.ts';
import { manifestFiles } from './manifestFiles.ts';
import { objectsOf, type Text } from './manifests.ts';
import type { KubernetesObject } from './object.ts';

/** What texts hold together. */
export interface Read {
  readonly objects: readonly KubernetesObject[];
  /** What is said of the experiment, where something is. */
  readonly said: Said | undefined;
}

/**
 * Each file of some paths once, however often it is meant, and those of experiments beside them.
 *
 * @throws LabError for a path at which there is no manifest
 */
export function filesAt(paths: readonly string[]): Text[] {
  const files = paths.flatMap(manifestFiles);
  const beside = paths.flatMap(besides).filter((file) => isExperiment(textIn(file)));
  const unique = new Map([...files, ...beside].map((file) => [resolve(file), file]));
  return [...unique.values()].map(textIn);
}

/**
 * @param where what the texts are from, for the message that there is no object in them
 * @throws LabError with file and line of what cannot be used
 */
export function read(texts: readonly Text[], where: string, saying: SayingOptions = {}): Read {
  const ofExperiment = texts.filter(isExperiment);
  const manifests = texts.filter((text) => !ofExperiment.includes(text));
  return { objects: objectsOf(manifests, where), said: saidOf(ofExperiment, saying) };
}

/** Other people's manifests, as published: not part of the project, and tested where they are at hand. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { observation, type Observation } from '../../experiment/observation.ts';
import { lab } from '../support/lab.ts';
import { ROOT } from '../support/project.ts';

const FOLDER = [join(ROOT, '../shared/yaml'), join(ROOT, '../../shared/yaml')].find(existsSync);

/** Paths of published files of one collection. */
export function published(collection: string, ...files: readonly string[]): string[] {
  return files.map((file) => join(FOLDER ?? '', collection, file));
}

/** Skipped, by its name, where the files are not. */
export const describePublished = describe.skipIf(FOLDER === undefined);

/** @param args further words of `lab run` */
export async function observed(
  files: readonly string[],
  args: readonly string[],
): Promise<Observation> {
  const manifests = files.flatMap((file) => ['--manifests', file]);
  const { stdout, stderr } = await lab(['run', ...manifests, ...args, '--json']);
  if (stdout === '') throw new Error(stderr);
  return observation.parse(JSON.parse(stdout));
}

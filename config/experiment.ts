/** The experiment that a stack's configuration describes. */
import {
  type Experiment,
  type ExperimentInRecord,
  experimentInRecord,
} from '../experiment/experiment.ts';
import type { ExperimentFile } from '../experiment/experimentFile.ts';
import type { UnderstoodLoad } from '../experiment/load.ts';
import type { LabConfig } from './keys.ts';
import { isEmpty } from './policy.ts';

export function experimentOf(stack: string, config: LabConfig): Experiment {
  const { description, seed, serverDelay, load, batches, warmBatches, maxBatches } = config;
  const { behaviour, expect, predict } = config;
  return {
    stack,
    description,
    seed,
    serviceTime: serverDelay,
    load,
    batches,
    warmBatches,
    maxBatches,
    ...(!isEmpty(behaviour) && { behaviour }),
    ...(!predict && { predict }),
    expect,
  };
}

/** What somebody's manifests say of their experiment themselves. */
export type ImportedSaid = Omit<ExperimentFile, 'load'> & {
  readonly load?: UnderstoodLoad | undefined;
};

/**
 * The experiment of somebody's manifests: what their own file says, over what the stack has by default;
 * the stack's `behaviour` over the file's, and its `expect` where it has one. A client of the stack
 * (`url`) sends what the stack's keys say.
 */
export function importedExperimentOf(
  stack: string,
  config: LabConfig,
  said: ImportedSaid = {},
): ExperimentInRecord {
  const { serviceTime: _, ...own } = experimentOf(stack, config);
  const { load, ...file } = said;
  const behaviour = { ...file.behaviour, ...own.behaviour };
  return experimentInRecord.parse({
    ...own,
    ...file,
    description: own.description === '' ? (file.description ?? '') : own.description,
    ...(!isEmpty(behaviour) && { behaviour }),
    ...(load && config.url === '' && { clientLoad: load.load }),
    expect: own.expect.length > 0 ? own.expect : (file.expect ?? []),
  });
}

/** The experiment that a stack's configuration describes. */
import type { Experiment } from '../experiment/experiment.ts';
import type { LabConfig } from './keys.ts';
import { isEmpty } from './policy.ts';

export function experimentOf(stack: string, config: LabConfig): Experiment {
  const { description, seed, serverDelay, load, batches, warmBatches, maxBatches } = config;
  const { behaviour, expect } = config;
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
    expect,
  };
}

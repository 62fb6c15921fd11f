/** A prediction in short: before something runs or is deployed, and never in its way. */
import type { Foretelling } from '../../experiment/foretold.ts';
import { LabError } from '../../errors/labError.ts';
import { describe } from '../objects/experimentOf.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { Prepared } from '../watch/observe.ts';
import { preparedOf } from '../watch/prepared.ts';
import { modelOf } from './compile/modelOf.ts';
import type { Model } from './model.ts';
import { predict } from './predict.ts';

/** A small part of a second of one processor. */
const REQUESTS = 20_000;
const SEEDS = { least: 3, most: 25 } as const;

/** @param deployed whether they are what a cluster has, to which nothing is made up */
export async function foretellObjects(
  objects: readonly unknown[],
  stack: string,
  { deployed = false }: { readonly deployed?: boolean } = {},
): Promise<Foretelling> {
  return inOneLine(() => {
    const own = objects as readonly KubernetesObject[];
    const told = { objects: own, ...describe(own, stack, undefined) };
    return foretellOf(
      preparedOf(told, deployed ? { deployed } : {}, { batches: undefined, timeScale: 1 }),
    );
  });
}

/** Whatever goes wrong is said, and nothing is thrown: what it stands beside is more than it. */
export async function foretell(prepared: Prepared): Promise<Foretelling> {
  return inOneLine(() => foretellOf(prepared));
}

async function foretellOf(prepared: Prepared): Promise<Foretelling> {
  const model = modelOf(prepared);
  // On this thread: another one takes longer to start.
  const { seeds, outcomes, latency, neverWarm } = await predict(model, {
    seeds: seedsFor(model),
    threads: 1,
  });
  if (neverWarm === seeds) {
    return { problem: 'no batch gets warm within the batches that are watched (maxBatches)' };
  }
  return { seeds, outcomes, latency };
}

/** By the size of the load and not by a clock: the same experiment has the same prediction. */
function seedsFor({ clients, watch }: Model): number {
  const batches = watch.batches > 0 ? watch.batches : watch.warmBatches + 2;
  const requests = clients.reduce((sum, { load }) => {
    if (load.mode === 'batch') return sum + load.size * batches;
    return sum + (load.mode === 'at' ? load.dueMs.length : load.requests);
  }, 0);
  const seeds = Math.floor(REQUESTS / Math.max(1, requests));
  return Math.max(SEEDS.least, Math.min(SEEDS.most, seeds));
}

async function inOneLine(work: () => Promise<Foretelling>): Promise<Foretelling> {
  try {
    return await work();
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { problem: error instanceof LabError ? line : `a mistake of the lab's own: ${line}` };
  }
}

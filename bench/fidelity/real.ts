/**
 * The configurations on real Envoys. What each run showed is kept, one JSON line a run, in a folder
 * that git ignores: whatever interrupts it, the next call goes on where this one was.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LOADS } from '../../apps/contract.ts';
import { observation, type Observation } from '../../experiment/observation.ts';
import { paceOf, prepare } from '../../lab/commands/prepare.ts';
import { runLocally } from '../../lab/local/run.ts';
import { PROJECT_ROOT } from '../../lab/objects/source.ts';
import type { Prepared } from '../../lab/watch/observe.ts';
import { type Configuration, SERVICE_TIME_MS } from './matrix.ts';

export const RUNS_FILE = join(PROJECT_ROOT, '.lab', 'fidelity', 'real.jsonl');

/** Of what a run showed, as much as is looked at here. */
const record = z.object({
  id: z.string(),
  /** Tells it from a run of other settings under the same id. */
  key: z.string(),
  observation: observation
    .pick({
      ...{ startedAt: true, versions: true, timeScale: true, experiment: true, batches: true },
      ...{ spreadMs: true, requests: true, disturbed: true, faults: true },
    })
    .strip(),
});

export type RealRun = z.infer<typeof record>['observation'];

/** More runs than this are not tried to make up for those that the machine disturbed. */
const SPARE_RUNS = 8;
/** Batches that are to be judged, of a load in batches. */
const ENOUGH_BATCHES = 20;
/** Of a service time, for a load without batches. */
const TOLERATED = 0.25;

export function prepared({ settings, law }: Configuration): Promise<Prepared> {
  const options = {
    set: Object.entries(settings).map(([key, value]) => `${key}=${value}`),
    ...(law !== undefined && { behaviour: [`${settings.serverName ?? 'pyserver'}*=${law}`] }),
  };
  return prepare('dev', options, paceOf({}));
}

/** What was seen of each configuration so far. */
export function realRuns(configurations: readonly Configuration[]): Map<string, RealRun[]> {
  const keys = new Map(configurations.map((one) => [one.id, keyOf(one)]));
  const lines = existsSync(RUNS_FILE) ? readFileSync(RUNS_FILE, 'utf8').split('\n') : [];
  const records = lines
    .filter((line) => line !== '')
    .map((line) => record.parse(JSON.parse(line)))
    .filter(({ id, key }) => keys.get(id) === key);
  return new Map(
    configurations.map(({ id }) => [
      id,
      records.filter((one) => one.id === id).map(({ observation: seen }) => seen),
    ]),
  );
}

/** Runs what is not there yet, `jobs` at a time. */
export async function runReal(
  configurations: readonly Configuration[],
  jobs: number,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(dirname(RUNS_FILE), { recursive: true });
  const seen = realRuns(configurations);
  const waiting = [...configurations];
  // Objects are made one after the other: the program is evaluated in one runtime.
  let turn: Promise<unknown> = Promise.resolve();
  const objectsOf = (configuration: Configuration): Promise<Prepared> => {
    const mine = turn.then(() => prepared(configuration));
    turn = mine.catch(() => undefined);
    return mine;
  };
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const runs = seen.get(next.id) ?? [];
      if (isEnough(next, runs)) continue;
      const ready = await objectsOf(next);
      while (!isEnough(next, runs)) {
        const run = await runLocally()(ready, { signal, onProgress: () => undefined });
        runs.push(run);
        keep(next, run);
      }
      process.stdout.write(
        `${next.id} ${next.kind}: ${runs.length} runs, ${waiting.length} to go\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

/**
 * The warm batches that the machine did not disturb. A load without batches is one of several seconds,
 * in which somebody always waits a little: it is judged unless that was a good part of a service time.
 */
export function judgedBatches({ requests, disturbed, faults, experiment }: RealRun): Set<number> {
  if (faults.length > 0) return new Set();
  const tolerated = LOADS[experiment.load].inBatches ? 0 : TOLERATED * SERVICE_TIME_MS;
  const unjudged = new Set(
    disturbed.filter(({ lagMs }) => lagMs > tolerated).map(({ batch }) => batch),
  );
  return new Set(
    requests
      .filter(({ warmUp, batch }) => !warmUp && !unjudged.has(batch))
      .map(({ batch }) => batch),
  );
}

function isEnough({ runs, settings }: Configuration, seen: readonly RealRun[]): boolean {
  const judged = seen.map((run) => judgedBatches(run).size);
  const useful = judged.filter((batches) => batches > 0).length;
  const batches = judged.reduce((sum, count) => sum + count, 0);
  const isDone = useful >= runs && (settings.load !== undefined || batches >= ENOUGH_BATCHES);
  return isDone || seen.length >= runs + SPARE_RUNS;
}

function keep(configuration: Configuration, run: Observation): void {
  const line = { id: configuration.id, key: keyOf(configuration), observation: run };
  appendFileSync(RUNS_FILE, `${JSON.stringify(record.parse(line))}\n`);
}

function keyOf({ settings, law = '' }: Configuration): string {
  return JSON.stringify([settings, law]);
}

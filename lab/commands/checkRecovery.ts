/** A recovery, and one that goes the other way, on real Envoys. */
import type { RecoveryCell, RecoveryDocument, SeenRecovery } from '../../experiment/recovery.ts';
import { formatDuration } from '../../istio/duration.ts';
import { runLocally } from '../local/run.ts';
import type { Course } from '../predict/disturbance.ts';
import { partTold } from '../predict/recover.ts';
import { recoveryOfObservation } from '../predict/recovery.ts';
import type { Prepared } from '../watch/observe.ts';
import { follow } from './follow.ts';
import { quietView } from './views.ts';

type Cell = Pick<RecoveryCell, 'retries' | 'maxConnections'>;

interface ToCheck {
  readonly own: Prepared;
  readonly ownCell: Cell;
  readonly found: Pick<RecoveryDocument, 'back' | 'before' | 'map'>;
  readonly seeds: number;
  readonly course: Course;
  readonly prepareCell: (retries: number, maxConnections: number) => Promise<Prepared>;
  readonly progress: NodeJS.WriteStream;
}

export async function checkRecovery(
  asked: ToCheck,
): Promise<NonNullable<RecoveryDocument['check']>> {
  const { found, seeds, ownCell } = asked;
  const comesBack = 2 * found.back > seeds;
  // Where simulated runs do both, one real run can say nothing against it.
  const isPredicted = (isBack: boolean): boolean =>
    (isBack ? found.back : seeds - found.back) >= seeds * SOMETIMES;
  const own = await mostOfThree(() => see(asked, asked.own, ownCell), isPredicted);
  const other = await seeOther(asked, comesBack);
  return {
    own,
    other,
    agrees:
      own.tells && other?.tells !== false
        ? isPredicted(isBack(own)) && (other === null || isBack(other) !== comesBack)
        : null,
  };
}

/** What fewer simulated runs do is not what is predicted. */
const SOMETIMES = 0.1;

const isBack = ({ backAfterMs }: Pick<SeenRecovery, 'backAfterMs'>): boolean =>
  backAfterMs !== null;

/** The cell whose runs all go the other way, nearest to the stack's own. */
function oppositeOf({ found, ownCell }: ToCheck, comesBack: boolean): RecoveryCell | undefined {
  const limit = ({ maxConnections }: Cell): number => (maxConnections === 0 ? 1e6 : maxConnections);
  const distance = (cell: Cell): number =>
    Math.abs(cell.retries - ownCell.retries) + Math.abs(Math.log2(limit(cell) / limit(ownCell)));
  return found.map
    .filter(({ carries, back, runs }) => carries && back === (comesBack ? 0 : runs))
    .toSorted((a, b) => distance(a) - distance(b))[0];
}

/** A cell that does not as the stack does; null where the map has none. */
async function seeOther(asked: ToCheck, comesBack: boolean): Promise<SeenRecovery | null> {
  const cell = oppositeOf(asked, comesBack);
  if (cell === undefined) return null;
  const prepared = await asked.prepareCell(cell.retries, cell.maxConnections);
  return mostOfThree(
    () => see(asked, prepared, cell),
    (isBack) => isBack !== comesBack,
  );
}

/**
 * Of what is kept down a simulated run in some dozens comes back by chance, and so may a real one: where
 * the first does otherwise than predicted, what two of three do counts. A run that tells nothing ends it.
 */
export async function mostOfThree(
  seeOnce: () => Promise<SeenRun>,
  isPredicted: (isBack: boolean) => boolean,
): Promise<SeenRecovery> {
  const runs: SeenRun[] = [];
  for (;;) {
    const run = await seeOnce();
    runs.push(run);
    const alike = runs.filter((one) => isBack(one) === isBack(run)).length;
    const isEnough = alike === 2 || (runs.length === 1 && isPredicted(isBack(run)));
    if (isEnough || !run.tells) return { ...run, alike, runs: runs.length };
  }
}

export type SeenRun = Omit<SeenRecovery, 'alike' | 'runs'>;

/** By how much less of the undisturbed load may be answered than is predicted. */
const AS_WELL = 0.1;

async function see(
  asked: ToCheck,
  prepared: Prepared,
  { retries, maxConnections }: Cell,
): Promise<SeenRun> {
  const { course, progress } = asked;
  const takes = formatDuration(Math.ceil((course.endMs * prepared.timeScale) / 1000) * 1000);
  const limit =
    maxConnections === 0 ? 'no limit of connections' : `maxConnections ${maxConnections}`;
  progress.write(`on real Envoys, ${retries} retries, ${limit}: takes ${takes}\n`);
  const observation = await follow(prepared, runLocally(), quietView);
  const { before, during, atTheEnd, backAfterMs } = recoveryOfObservation(observation, course);
  return {
    retries,
    maxConnections,
    before: partTold(before),
    during: partTold(during),
    atTheEnd: partTold(atTheEnd),
    backAfterMs,
    tells:
      observation.disturbed.length === 0 && before.success >= asked.found.before.success - AS_WELL,
  };
}

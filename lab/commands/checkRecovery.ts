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
  const own = await see(asked, asked.own, ownCell);
  const opposite = oppositeOf(asked, comesBack);
  const other =
    opposite === undefined
      ? null
      : await see(
          asked,
          await asked.prepareCell(opposite.retries, opposite.maxConnections),
          opposite,
        );
  return {
    own,
    other,
    agrees:
      own.tells && other?.tells !== false
        ? isBack(own) === comesBack && (other === null || isBack(other) === !comesBack)
        : null,
  };
}

const isBack = ({ backAfterMs }: SeenRecovery): boolean => backAfterMs !== null;

/** The cell whose runs all go the other way, nearest to the stack's own. */
function oppositeOf({ found, ownCell }: ToCheck, comesBack: boolean): RecoveryCell | undefined {
  const limit = ({ maxConnections }: Cell): number => (maxConnections === 0 ? 1e6 : maxConnections);
  const distance = (cell: Cell): number =>
    Math.abs(cell.retries - ownCell.retries) + Math.abs(Math.log2(limit(cell) / limit(ownCell)));
  return found.map
    .filter(({ carries, back, runs }) => carries && back === (comesBack ? 0 : runs))
    .toSorted((a, b) => distance(a) - distance(b))[0];
}

/** By how much less of the undisturbed load may be answered than is predicted. */
const AS_WELL = 0.1;

async function see(
  asked: ToCheck,
  prepared: Prepared,
  { retries, maxConnections }: Cell,
): Promise<SeenRecovery> {
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

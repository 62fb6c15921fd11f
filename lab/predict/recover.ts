/** Whether a load comes back after a bad time, over many simulated runs, and with which retries and limits. */
import { UNLIMITED } from '../../envoy/thresholds.ts';
import type { RecoveryCell, RecoveryDocument, RecoveryPart } from '../../experiment/recovery.ts';
import { quantile } from '../analysis/quantile.ts';
import type { Course } from './disturbance.ts';
import { Simulator } from './engine/simulate.ts';
import type { Model } from './model.ts';
import { type Part, type Recovery, recoveryOfRun } from './recovery.ts';
import { fill, type Slot } from './slots.ts';

export interface ToRecover {
  readonly model: Model;
  readonly course: Course;
  readonly seeds: number;
  readonly timeScale: number;
  readonly map: RecoveryMap;
}

/** The stack with a retry policy and a limit of connections, and what is put in their places. */
export interface RecoveryMap {
  readonly model: Model;
  readonly slots: { readonly retries: readonly Slot[]; readonly maxConnections: readonly Slot[] };
  readonly retries: readonly number[];
  /** 0 is no limit. */
  readonly maxConnections: readonly number[];
}

type Told = Omit<
  RecoveryDocument,
  'stack' | 'source' | 'disturbance' | 'course' | 'seeds' | 'check' | 'leftOut'
>;

export function recovered(asked: ToRecover): Told {
  const { model, map } = asked;
  const all = runsOf(asked, model);
  const own = all.map(({ recovery }) => recovery);
  const ejections = meanOf(all.map((one) => one.ejections));
  const part = (of: (recovery: Recovery) => Part): RecoveryPart => meanPart(own.map(of));
  const parts = {
    before: part(({ before }) => before),
    during: part(({ during }) => during),
    atTheEnd: part(({ atTheEnd }) => atTheEnd),
  };
  return {
    ...parts,
    ejections,
    ...timesOf(own),
    worstBackAfterMs: own.every(({ backAfterMs }) => backAfterMs !== null)
      ? Math.max(...own.map(({ backAfterMs }) => backAfterMs ?? 0))
      : null,
    because: because(parts, ejections, timesOf(own).back === own.length),
    map: map.retries.flatMap((retries) =>
      map.maxConnections.map((maxConnections) =>
        cellOf(asked, parts.before, retries, maxConnections),
      ),
    ),
  };
}

/** Worse than the stack by more than this is another stack. */
const CARRIES = { success: 0.05, time: 1.5 };

function cellOf(
  asked: ToRecover,
  own: RecoveryPart,
  retries: number,
  maxConnections: number,
): RecoveryCell {
  const { model, slots } = asked.map;
  fill(model, slots.retries, retries);
  fill(model, slots.maxConnections, maxConnections === 0 ? UNLIMITED : maxConnections);
  const runs = runsOf(asked, model).map(({ recovery }) => recovery);
  const { success, p90Ms } = meanPart(runs.map(({ before }) => before));
  const carries =
    success >= own.success - CARRIES.success &&
    (p90Ms ?? Infinity) <= (own.p90Ms ?? Infinity) * CARRIES.time;
  return { retries, maxConnections, carries, ...timesOf(runs), runs: runs.length };
}

function runsOf(
  { course, seeds, timeScale }: ToRecover,
  model: Model,
): { recovery: Recovery; ejections: number }[] {
  const simulator = new Simulator(model);
  return Array.from({ length: seeds }, (_, index) => {
    const run = simulator.run(index + 1);
    return {
      recovery: recoveryOfRun(run, course, timeScale),
      ejections: run.health.filter(({ ejected }) => ejected).length,
    };
  });
}

function timesOf(all: readonly Recovery[]): Pick<RecoveryCell, 'back' | 'medianBackAfterMs'> {
  const times = all.map(({ backAfterMs }) => backAfterMs ?? Infinity).sort((a, b) => a - b);
  const median = quantile(times, 0.5);
  return {
    back: times.filter(Number.isFinite).length,
    medianBackAfterMs: Number.isFinite(median) ? median : null,
  };
}

export function partTold({ success, p90Ms, attempts }: Part): RecoveryPart {
  return {
    success: Number.isFinite(success) ? success : 0,
    p90Ms: Number.isFinite(p90Ms) ? p90Ms : null,
    attempts: Number.isFinite(attempts) ? attempts : 0,
  };
}

function meanPart(parts: readonly Part[]): RecoveryPart {
  const told = parts.map(partTold);
  const times = told.flatMap(({ p90Ms }) => p90Ms ?? []);
  return {
    success: meanOf(told.map(({ success }) => success)),
    p90Ms: times.length === 0 ? null : meanOf(times),
    attempts: meanOf(told.map(({ attempts }) => attempts)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Attempts so many times as many as before are a storm. */
const STORM = 1.3;

/** What stands out of the figures, in one sentence. */
function because(
  { before, during, atTheEnd }: Pick<Told, 'before' | 'during' | 'atTheEnd'>,
  ejections: number,
  isBack: boolean,
): string {
  const times = (attempts: number): string => (attempts / before.attempts).toFixed(1);
  if (!isBack && atTheEnd.attempts > STORM * before.attempts) {
    return (
      `Retries keep it down: at the end each request still reaches servers ${times(atTheEnd.attempts)} times ` +
      'as often as before, which leaves them no time to catch up.'
    );
  }
  if (!isBack && ejections > 0 && atTheEnd.success < before.success) {
    return `Ejections keep it down: ${ejections.toFixed(1)} a run, so that those that stay carry too much, or none is left.`;
  }
  if (!isBack) {
    return 'What has piled up in queues is not worked off by the end: the load leaves too little to spare.';
  }
  if (during.attempts > STORM * before.attempts) {
    return `It comes back although each request reached servers ${times(during.attempts)} times as often as before meanwhile.`;
  }
  if (ejections > 0) {
    return `It comes back once the ejected endpoints (${ejections.toFixed(1)} ejections a run) have returned.`;
  }
  return 'Nothing keeps it down: what had piled up is worked off.';
}

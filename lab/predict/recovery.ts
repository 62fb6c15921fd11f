/** Whether and when a load comes back after a bad time, from what its requests got: of runs, simulated or real. */
import type { Observation } from '../../experiment/observation.ts';
import { quantile } from '../analysis/quantile.ts';
import type { Run } from './engine/run.ts';
import type { Course } from './disturbance.ts';

/** What callers got of the requests that were sent in a part of the run. */
export interface Part {
  readonly requests: number;
  /** Share of those that were answered well. */
  readonly success: number;
  /** Of those, in ms of the experiment's own time; NaN where none was. */
  readonly p90Ms: number;
  /** How often a request reached a server, on average: retries make it more. */
  readonly attempts: number;
}

export interface Recovery {
  readonly before: Part;
  readonly during: Part;
  /** The end of what was watched. */
  readonly atTheEnd: Part;
  /** From the disturbance's end, in ms of the experiment's own time; null where it did not come back. */
  readonly backAfterMs: number | null;
}

interface Sent {
  /** Since the load's start, in ms of the experiment's own time, as `tookMs`. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly isAnswered: boolean;
  readonly attempts: number;
}

export function recoveryOfRun(run: Run, course: Course, timeScale: number): Recovery {
  const sent = Array.from({ length: run.requests }, (_, request): Sent => {
    const at = run.sentMs[request] ?? 0;
    return {
      atMs: at / timeScale,
      tookMs: ((run.endedMs[request] ?? 0) - at) / timeScale,
      isAnswered: run.refusedBy[request] === 0,
      attempts: run.attempts[request] ?? 0,
    };
  });
  return recoveryOf(sent, course);
}

export function recoveryOfObservation(
  { requests, timeScale }: Observation,
  course: Course,
): Recovery {
  const startMs = Math.min(...requests.map(({ sentMs }) => sentMs));
  return recoveryOf(
    requests.map(({ sentMs, endedMs, refusedBy, attempts }) => ({
      atMs: (sentMs - startMs) / timeScale,
      tookMs: (endedMs - sentMs) / timeScale,
      isAnswered: refusedBy === null,
      attempts,
    })),
    course,
  );
}

/** The parts of a run that are compared, and how many good ones in a row are a return. */
const PARTS = { perDisturbance: 10, before: 8, inARow: 3 };
/**
 * As good as the worst part before: what is answered, less this share, or less one request where that is
 * more; what it takes, times this.
 */
const AS_GOOD = { success: 0.05, time: 2 };

function recoveryOf(sent: readonly Sent[], { fromMs, toMs, endMs }: Course): Recovery {
  const between = (from: number, to: number): Part =>
    partOf(sent.filter(({ atMs }) => atMs >= from && atMs < to));
  const widthMs = Math.min((toMs - fromMs) / PARTS.perDisturbance, fromMs / PARTS.before);
  const partsOf = (start: number, end: number): (Part & { fromMs: number })[] => {
    const parts: (Part & { fromMs: number })[] = [];
    let from = start;
    for (let to = start + widthMs; to <= end; to += widthMs) {
      const part = between(from, to);
      // A load with long pauses has parts without a request, which tell nothing.
      if (part.requests === 0) continue;
      parts.push({ ...part, fromMs: from });
      from = to;
    }
    return parts;
  };
  // The first half of the calm is the pools' own, which grow; its last part may already be disturbed,
  // as servers start a little before their load does.
  const calm = { from: fromMs / 2, to: fromMs * 0.95 };
  const good = partsOf(calm.from, calm.to);
  const one = Math.max(...good.map(({ requests }) => 1 / requests));
  const least = Math.min(...good.map(({ success }) => success)) - Math.max(AS_GOOD.success, one);
  const longest = Math.max(...good.map(({ p90Ms }) => p90Ms || 0)) * AS_GOOD.time;

  const parts = partsOf(toMs, endMs);
  const isGood = parts.map(({ success, p90Ms }) => success >= least - 1e-9 && !(p90Ms > longest));
  const needed = Math.max(1, Math.min(PARTS.inARow, parts.length));
  const back = isGood.findIndex(
    (_, index) =>
      index + needed <= parts.length &&
      isGood.slice(index, index + needed).every(Boolean) &&
      // Back for good, but for a bad moment as there are at any time.
      isGood.slice(index).filter((one) => !one).length <= (parts.length - index) / 5,
  );
  const backFrom = parts[back]?.fromMs;
  return {
    before: between(calm.from, calm.to),
    during: between(fromMs, toMs),
    atTheEnd: between(Math.max(toMs, endMs - PARTS.inARow * widthMs), endMs),
    backAfterMs: backFrom === undefined ? null : backFrom - toMs,
  };
}

function partOf(sent: readonly Sent[]): Part {
  const answered = sent.filter(({ isAnswered }) => isAnswered);
  const tookMs = Float64Array.from(answered, (one) => one.tookMs).sort();
  return {
    requests: sent.length,
    success: answered.length / sent.length,
    p90Ms: quantile(tookMs, 0.9),
    attempts: sent.reduce((sum, { attempts }) => sum + attempts, 0) / sent.length,
  };
}

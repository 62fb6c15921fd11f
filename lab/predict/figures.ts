/** Of a run, simulated or real, what objectives are about: its warm batches, or all of a load without. */
import type { Observation } from '../../experiment/observation.ts';
import { answeredOf, countedIn } from '../analysis/counted.ts';
import { latencyMs } from '../analysis/figures.ts';
import { REFUSALS, type Run } from './engine/run.ts';

export interface Figures {
  readonly requests: number;
  /** Those that a breaker refused. */
  readonly refused: number;
  /** The times of those that were answered well, ascending, in ms as they ran. */
  readonly answeredMs: Float64Array;
}

/** `client-proxy/pending` and its like. */
const isBreaker = (refusedBy: string | null | undefined): boolean =>
  /\/(pending|requests|overflow)$/.test(refusedBy ?? '');

const OF_BREAKERS = REFUSALS.map(isBreaker);

/** @param fromMs leaves out what was sent before it */
export function figuresOfRun(run: Run, fromMs = 0): Figures {
  const answered = new Float64Array(run.requests);
  let [requests, refused, count] = [0, 0, 0];
  for (let request = 0; request < run.requests; request += 1) {
    const batch = run.batch[request] ?? 0;
    if (batch < run.firstWarm || batch >= run.batches) continue;
    if ((run.sentMs[request] ?? 0) < fromMs) continue;
    requests += 1;
    const why = run.refusedBy[request] ?? 0;
    if (why === 0) {
      answered[count] = (run.endedMs[request] ?? 0) - (run.sentMs[request] ?? 0);
      count += 1;
    } else if (OF_BREAKERS[why] === true) refused += 1;
  }
  return { requests, refused, answeredMs: answered.subarray(0, count).sort() };
}

/** Of the batches that the machine did not disturb. */
export function figuresOfObservation(observation: Observation): Figures {
  const disturbed = new Set(observation.disturbed.map(({ batch }) => batch));
  const requests = countedIn(observation).requests.filter(({ batch }) => !disturbed.has(batch));
  return {
    requests: requests.length,
    refused: requests.filter(({ refusedBy }) => isBreaker(refusedBy)).length,
    answeredMs: Float64Array.from(answeredOf(requests), latencyMs).sort(),
  };
}

/** The most requests that were under way at the same moment. */
export function peakOf(run: Run): number {
  const sent = run.sentMs.slice(0, run.requests).sort();
  const ended = run.endedMs.slice(0, run.requests).sort();
  let [peak, over] = [0, 0];
  sent.forEach((at, index) => {
    while ((ended[over] ?? Infinity) <= at) over += 1;
    peak = Math.max(peak, index + 1 - over);
  });
  return peak;
}

/**
 * The costs of the machine that the matrix was run on, as busy as it was: of the runs' own records,
 * those of the training part alone. `startSpreadMs` and `sendGapMs` are between the send times; `hopMs`
 * is what a refusal takes, and what an answer takes beyond its service time, by the hops on the way;
 * `wakeMs` is what made the training part's outcomes likeliest.
 */
import { type Costs, MEASURED } from '../../lab/predict/costs.ts';

export const BUSY: Costs = {
  ...MEASURED,
  openMs: 0,
  connectMs: 0.1,
  acceptMs: 0,
  clientMs: 0.03,
  hopMs: 1,
  sendGapMs: 0.01,
  startSpreadMs: 15,
  wakeMs: 0.4,
};

/**
 * By how much a replay may be later than what was recorded, in ms: until its proxy reads what a client
 * sent; and what turns of a server take beyond what they take in the simulator, in all of a replay
 * together and in each turn alone. Of the training part's records: refusals take 5 ms, 13 in the slowest
 * tenth; from one answer of a busy server to the next are 202.6 to 204.7 ms, the median of a run, and
 * 200.9 to 208 of all, where the simulator takes 202.4.
 */
export const UNSURE = { readMs: 4, turnsMs: 1, turnMs: 3 } as const;

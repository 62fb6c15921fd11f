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
  hopMs: 1,
  sendGapMs: 0.01,
  startSpreadMs: 15,
  wakeMs: 0.4,
};

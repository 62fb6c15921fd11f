/** What the records leave open of the costs of a request's way (lab/predict/costs.ts). */

/**
 * By how much a replay may be later than what was recorded, in ms: until its proxy reads what a client
 * sent; and what turns of a server take beyond what they take in the simulator, in all of a replay
 * together and in each turn alone. Of the training part's records: refusals take 5 ms, 13 in the slowest
 * tenth; from one answer of a busy server to the next are 202.6 to 204.7 ms, the median of a run, and
 * 200.9 to 208 of all, where the simulator takes 202.4.
 */
export const UNSURE = { readMs: 4, turnsMs: 1, turnMs: 3 } as const;

/** Limits that meet objectives in every simulated run, in none, and in some. */
import { describe, expect, it } from 'vitest';
import type { App } from '../../../lab/predict/model.ts';
import { parseObjective } from '../../../lab/predict/objective.ts';
import { Trials } from '../../../lab/predict/trials.ts';
import { smallModel } from './vectors/model.ts';

const SEEDS = 50;

/** Five requests at once over one connection, and whether so many pending ones are enough for most of them. */
function trialsOf(app: Partial<App> = {}): Trials {
  const load = { mode: 'at', dueMs: [0, 0, 0, 0, 0], startMs: 0, maxInFlight: 1000 } as const;
  const model = smallModel({
    app,
    load: { ...load, requests: Infinity, durationMs: Infinity },
  });
  return new Trials([model], {
    objectives: [parseObjective('success >= 60%')],
    slots: {
      maxConnections: [['clusters', '0', 'limits', 'max_connections']],
      http1MaxPendingRequests: [['clusters', '0', 'limits', 'max_pending_requests']],
    },
    seeds: SEEDS,
    timeScale: 1,
  });
}

const COIN: Partial<App> = {
  works: [
    {
      time: { kind: 'fixed', ms: 100 },
      statuses: [
        { status: 200, weight: 0.5 },
        { status: 503, weight: 0.5 },
      ],
    },
  ],
};

describe('limits meet an objective', () => {
  it.each([
    // One on the connection and one that waits are two of five, whatever the draws.
    ['in no run, of a queue of one', {}, 1, { met: 0, always: false, never: true }],
    ['in every run, of a queue of five', {}, 5, { met: SEEDS, always: true, never: false }],
    ['in some, of a server that tosses a coin', COIN, 5, { always: false, never: false }],
  ])('%s', (_, app, http1MaxPendingRequests, { met, always, never }: Expected) => {
    const trials = trialsOf(app);
    const limits = { maxConnections: 1, http1MaxPendingRequests };
    expect(trials.meets(limits)).toBe(always);
    expect(trials.neverMeets(limits)).toBe(never);
    const [result] = trials.results(limits);
    expect(result?.runs).toBe(SEEDS);
    if (met === undefined) expect(result?.met).toBeGreaterThan(0);
    else expect(result?.met).toBe(met);
  });
});

interface Expected {
  readonly met?: number;
  readonly always: boolean;
  readonly never: boolean;
}

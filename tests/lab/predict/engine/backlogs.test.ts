/** What a short backlog makes of connections that come at once, as TCP has it. */
import { expect, it } from 'vitest';
import { simulate } from '../../../../lab/predict/engine/simulate.ts';
import { smallModel } from '../vectors/model.ts';

const SERVICE_MS = 100;

function latencies(backlog: number, wakeMs: number): number[] {
  const model = smallModel({
    costs: { wakeMs },
    load: {
      mode: 'at',
      dueMs: Array.from({ length: 10 }, () => 0),
      requests: Infinity,
      durationMs: Infinity,
      maxInFlight: 1000,
      startMs: 0,
    },
    // None that stands is used again.
    app: { backlog, keepAlive: false },
  });
  const run = simulate(model, 1);
  return Array.from({ length: run.requests }, (_, row) =>
    Math.round((run.endedMs[row] ?? NaN) - (run.sentMs[row] ?? NaN)),
  ).sort((a, b) => a - b);
}

it('lets in one more than may wait, and the others after 1, 3 and 7 seconds', () => {
  const seconds = latencies(2, 0.05).map((ms) => Math.floor((ms - SERVICE_MS) / 1000));
  expect(seconds).toEqual([0, 0, 0, 1, 1, 1, 3, 3, 3, 7]);
});

it('keeps nobody waiting where as many may wait as come', () => {
  expect(Math.max(...latencies(9, 0.05))).toBeLessThan(SERVICE_MS + 10);
});

it('is nothing to an application that accepts at once', () => {
  expect(Math.max(...latencies(1, 0))).toBe(SERVICE_MS);
});

/** Whether a load came back is told from what its requests got. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../lab/predict/engine/run.ts';
import { recoveryOfRun } from '../../../lab/predict/recovery.ts';

const COURSE = { fromMs: 20_000, toMs: 30_000, endMs: 60_000 };

/** A request every 100 ms, each answered after what is said of its moment; null is refused. */
function run(tookMs: (atMs: number) => number | null): Run {
  const sent = Array.from({ length: 600 }, (_, index) => 100 * index);
  const took = sent.map(tookMs);
  return {
    requests: sent.length,
    sentMs: Float64Array.from(sent),
    endedMs: Float64Array.from(sent, (at, index) => at + (took[index] ?? 0)),
    refusedBy: Uint8Array.from(took, (ms) => (ms === null ? 1 : 0)),
    attempts: Int32Array.from(sent, () => 1),
  } as unknown as Run;
}

/** As before, and this from the disturbance's begin until then. */
const until =
  (ms: number, during: number | null) =>
  (atMs: number): number | null =>
    atMs >= COURSE.fromMs && atMs < ms ? during : 100;

describe('a load', () => {
  it.each([
    ['at once', 30_000, 5000, 0],
    ['ten seconds later', 40_000, 5000, 10_000],
    ['ten seconds later, refused until then', 40_000, null, 10_000],
    ['never', 60_000, 5000, null],
  ])('comes back %s', (_, untilMs, during, expected) => {
    expect(recoveryOfRun(run(until(untilMs, during)), COURSE, 1).backAfterMs).toBe(expected);
  });

  it('is not back with a single good moment', () => {
    const { backAfterMs } = recoveryOfRun(
      run((atMs) => (atMs >= 32_000 && atMs < 33_000 ? 100 : until(60_000, null)(atMs))),
      COURSE,
      1,
    );
    expect(backAfterMs).toBeNull();
  });

  it('is back though a bad moment comes later', () => {
    const { backAfterMs } = recoveryOfRun(
      run((atMs) => (atMs >= 45_000 && atMs < 46_000 ? 900 : until(35_000, 900)(atMs))),
      COURSE,
      1,
    );
    expect(backAfterMs).toBe(5000);
  });

  it('is measured in the experiment’s own time', () => {
    const small = { fromMs: 200_000, toMs: 300_000, endMs: 600_000 };
    const { before, backAfterMs } = recoveryOfRun(run(until(40_000, 5000)), small, 0.1);
    expect(backAfterMs).toBe(100_000);
    expect(before).toMatchObject({ success: 1, p90Ms: 1000, attempts: 1 });
  });
});

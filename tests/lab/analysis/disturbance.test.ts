/** Which batches a busy machine has disturbed, by hand-made lags and sends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disturbances, type Lag, type Run } from '../../../lab/analysis/disturbance.ts';
import type { ClientResponse } from '../../../apps/contract.ts';

/** Batch k is due at k seconds; its requests take half a second. */
function response(batch: number, given: Partial<ClientResponse> = {}): ClientResponse {
  const sentAt = 1000 * batch + 2;
  const endedAt = sentAt + 500;
  const times = { sentAt, endedAt };
  return { event: 'response', id: 'x', client: 'ns/a', batch, status: 200, ...times, ...given };
}

function run(given: Partial<Run>): Run {
  return {
    batches: 3,
    responses: [0, 1, 2].map((batch) => response(batch)),
    lags: [],
    toleratedMs: 50,
    dueAt: ({ batch }) => 1000 * batch,
    ...given,
  };
}

const lag = (at: number, lagMs: number): Lag => ({ at, lagMs, who: 'it waited' });

describe('a lag disturbs', () => {
  it.each<[string, Lag, number[]]>([
    ['the batch that it fell into', lag(1200, 60), [1]],
    ['the batch in whose time it began', lag(1560, 100), [1]],
    ['the batch in whose time it ended', lag(1010, 60), [1]],
    ['two batches where it lasted from one to the other', lag(1100, 700), [0, 1]],
    ['none where it fell between two', lag(990, 400), []],
    ['none where it is tolerated', lag(1200, 50), []],
    ['none where it came after all', lag(9000, 500), []],
  ])('%s', (_, one, batches) => {
    expect(disturbances(run({ lags: [one] })).map(({ batch }) => batch)).toEqual(batches);
  });

  it('and is told with the longest of its batch, and whose it was', () => {
    const lags = [lag(1200, 60), { ...lag(1300, 120), who: 'ns/b was late' }, lag(1400, 70)];
    expect(disturbances(run({ lags }))).toEqual([
      { batch: 1, lagMs: 120, toleratedMs: 50, who: 'ns/b was late' },
    ]);
  });
});

describe('a late request disturbs its batch', () => {
  const late = [response(0), response(1), response(1, { client: 'ns/b', sentAt: 1080 })];

  it('where all of a batch are due at once', () => {
    expect(disturbances(run({ responses: late }))).toEqual([
      { batch: 1, lagMs: 80, toleratedMs: 50, who: 'ns/b sent late' },
    ]);
  });

  it('but not where each is due by itself', () => {
    expect(disturbances(run({ responses: late, dueAt: () => undefined }))).toEqual([]);
  });
});

it('disturbs nothing without a lag, and never a batch that did not end', () => {
  expect(disturbances(run({}))).toEqual([]);
  const lags = fc.array(fc.record({ at: fc.nat(4000), lagMs: fc.nat(500), who: fc.string() }));
  fc.assert(
    fc.property(lags, fc.nat(3), fc.nat(400), (some, batches, toleratedMs) => {
      const found = disturbances(run({ lags: some, batches, toleratedMs }));
      expect(found.every(({ batch }) => batch < batches)).toBe(true);
      expect(found.every(({ lagMs }) => lagMs > toleratedMs)).toBe(true);
      expect(new Set(found.map(({ batch }) => batch)).size).toBe(found.length);
    }),
  );
});

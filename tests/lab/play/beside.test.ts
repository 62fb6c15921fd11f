/** What is predicted stands beside what was seen with the same settings, once the pools are warm. */
import { expect, it } from 'vitest';
import { besideOf } from '../../../lab/play/beside.ts';
import type { Bucket } from '../../../lab/play/liveRecord.ts';

function bucket(at: number, outcomes: Bucket['outcomes'], given: Partial<Bucket> = {}): Bucket {
  return {
    ...{ at, inBatches: true, isDone: true, isWarm: true, epoch: 1, outcomes, kinds: {} },
    ...given,
  };
}

const range = (p50: number, p2_5 = p50, p97_5 = p50) => ({ mean: p50, p2_5, p50, p97_5 });

const PREDICTED = {
  seeds: 25,
  outcomes: { 'answered/1': range(5, 4, 6), 'client-proxy/pending': range(5) },
  latency: null,
};

it('counts neither batches of other settings, nor cold ones, nor one that goes on', () => {
  const buckets = [
    bucket(1, { 'answered/1': 10 }, { epoch: 0 }),
    bucket(2, { 'answered/1': 1 }, { isWarm: false }),
    bucket(3, { 'answered/1': 4, 'client-proxy/pending': 6 }),
    bucket(4, { 'answered/1': 5, 'answered/2': 1, 'client-proxy/pending': 4 }),
    bucket(5, { 'answered/1': 3 }, { isDone: false }),
  ];
  expect(besideOf(PREDICTED, buckets, { epoch: 1, inBatches: true })).toEqual({
    of: 'a batch',
    seen: 2,
    rows: [
      { outcome: 'answered/1', predicted: '5 (4 – 6)', seen: '4.5' },
      { outcome: 'answered/2', predicted: '0', seen: '0.5' },
      { outcome: 'client-proxy/pending', predicted: '5', seen: '5' },
    ],
  });
});

it('has nothing seen right after a change', () => {
  const buckets = [bucket(1, { 'answered/1': 10 })];
  const { seen, rows } = besideOf(PREDICTED, buckets, { epoch: 2, inBatches: true });
  expect(seen).toBe(0);
  expect(rows.map((row) => row.seen)).toEqual(['', '']);
});

it('does not wait for pools that never get warm', () => {
  const buckets = Array.from({ length: 9 }, (_, at) =>
    bucket(at, { 'answered/1': 5 }, { isWarm: false }),
  );
  expect(besideOf(PREDICTED, buckets, { epoch: 1, inBatches: true }).seen).toBe(3);
});

it('has shares of a load without batches, which has another length than the simulated one', () => {
  const buckets = [bucket(7, { 'answered/1': 30, 'client-proxy/pending': 10 })];
  expect(besideOf(PREDICTED, buckets, { epoch: 1, inBatches: false })).toMatchObject({
    of: 'all requests',
    rows: [
      { outcome: 'answered/1', predicted: '50.0 %', seen: '75.0 %' },
      { outcome: 'client-proxy/pending', predicted: '50.0 %', seen: '25.0 %' },
    ],
  });
});

it('says why there is no prediction, and shows what was seen all the same', () => {
  const buckets = [bucket(1, { 'answered/1': 10 })];
  expect(besideOf({ problem: 'it is so' }, buckets, { epoch: 1, inBatches: true })).toEqual({
    of: 'a batch',
    problem: 'it is so',
    seen: 1,
    rows: [{ outcome: 'answered/1', predicted: '', seen: '10' }],
  });
});

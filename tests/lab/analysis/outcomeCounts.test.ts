/** A run's warm batches, counted: proves which batches count, and what is said of them. */
import { describe, expect, it } from 'vitest';
import { outcomeCountsOf, rangesOf } from '../../../lab/analysis/outcomeCounts.ts';
import { failFast, failFastWith, observation, requests } from './observed.ts';

const warm = { 'answered/1': 5, 'answered/2': 1, 'client-proxy/pending': 4 };

describe('of a run in batches', () => {
  it('the warm ones are counted, each by itself', () => {
    const { samples, outcomes, disturbed, serviceTimeMs } = outcomeCountsOf(failFast);
    expect(samples).toEqual([
      { batch: 1, outcomes: warm },
      { batch: 2, outcomes: warm },
    ]);
    expect(outcomes['answered/2']).toEqual({ mean: 1, p2_5: 1, p50: 1, p97_5: 1 });
    expect({ disturbed, serviceTimeMs }).toEqual({ disturbed: [], serviceTimeMs: 5000 });
  });

  it('a disturbed one is left out, and said to be', () => {
    const lag = { batch: 2, lagMs: 900, toleratedMs: 500, who: 'the machine' };
    const cold = { ...lag, batch: 0 };
    const { samples, disturbed } = outcomeCountsOf(failFastWith({ disturbed: [cold, lag] }));
    expect(samples.map(({ batch }) => batch)).toEqual([1]);
    expect(disturbed).toEqual([2]);
  });

  it('the latency is of those that were answered', () => {
    const { latency } = outcomeCountsOf(failFast);
    expect(latency).toEqual({ p50: 5000, p90: 10_011, p99: 10_011 });
  });
});

it('a load without batches is one sample', () => {
  const { samples } = outcomeCountsOf(
    observation({ experiment: { load: 'closed' }, batches: 1, requests: requests(30) }),
  );
  expect(samples).toEqual([{ batch: 0, outcomes: { 'answered/1': 30 } }]);
});

it('of a run without a warm batch nothing is said', () => {
  const { samples, outcomes, latency } = outcomeCountsOf(observation());
  expect({ samples, outcomes, latency }).toEqual({ samples: [], outcomes: {}, latency: null });
});

it('the service time shrinks with the time scale', () => {
  const { serviceTimeMs, samples } = outcomeCountsOf(
    observation({ timeScale: 0.1, requests: requests(1, { endedMs: 1010 }) }),
  );
  expect(serviceTimeMs).toBe(500);
  expect(samples[0]?.outcomes).toEqual({ 'answered/2': 1 });
});

it('a batch without an outcome counts as none of it', () => {
  const ranges = rangesOf([{ 'answered/1': 4 }, { 'answered/1': 2, timeout: 2 }]);
  expect(Object.keys(ranges)).toEqual(['answered/1', 'timeout']);
  expect(ranges['answered/1']).toMatchObject({ mean: 3, p2_5: 2, p97_5: 4 });
  expect(ranges.timeout).toMatchObject({ mean: 1, p2_5: 0, p97_5: 2 });
});

import { experimentOf } from '../../config/experiment.ts';
import { describe, expect, it } from 'vitest';
import { expectation, refusal } from '../../experiment/expectation.ts';
import { experiment } from '../../experiment/experiment.ts';
import { COUNTERS, GAUGES } from '../../envoy/statistics.ts';
import { listStacks, readStack } from '../../config/stackFiles.ts';
import { parseConfig } from '../../config/parse.ts';
import { configWith, ROOT } from '../support/project.ts';

describe('an expectation', () => {
  const base = { name: 'answered', count: [5, 5] };
  const accepts = (fields: object): boolean =>
    expectation.safeParse({ ...base, ...fields }).success;

  it('says what it is called and what should be seen', () => {
    expect(accepts({})).toBe(true);
    expect(expectation.safeParse({ name: 'answered' }).success).toBe(false);
    expect(expectation.safeParse({ count: [5, 5] }).success).toBe(false);
  });

  it.each([
    { count: [6, 5] },
    { count: [5] },
    { count: 5 },
    { count: [-1, 5] },
    { status: 600 },
    { refusedBy: 'client-proxy' },
    { refusedBy: [] },
    { sattus: 200 },
  ])('is refused where it could never hold or means nothing: %j', (fields) => {
    expect(accepts(fields)).toBe(false);
  });

  it.each(refusal.options)('may ask for requests refused by %s, alone or among others', (where) => {
    expect(accepts({ refusedBy: where })).toBe(true);
    expect(accepts({ refusedBy: [where, 'unknown'] })).toBe(true);
  });
});

describe('an expectation of a statistic', () => {
  const of = 'client';
  const accepts = (fields: object): boolean =>
    expectation.safeParse({ name: 'counted', of, ...fields }).success;

  it.each(COUNTERS)('may ask for the total of %s, not for its peak', (statistic) => {
    expect(accepts({ statistic, total: [0, 0] })).toBe(true);
    expect(accepts({ statistic, peak: [0, 0] })).toBe(false);
  });

  it.each(GAUGES)('may ask for the peak of %s, not for its total', (statistic) => {
    expect(accepts({ statistic, peak: [0, 0] })).toBe(true);
    expect(accepts({ statistic, total: [0, 0] })).toBe(false);
  });

  it.each([
    ['upstream_cx_overflw', 'upstream_cx_overflow'],
    ['upstream_rq_503', 'upstream_rq_5xx'],
    ['ejections_enforced_total', 'outlier_detection.ejections_enforced_total'],
    ['cluster.upstream_cx_active', 'upstream_cx_active'],
  ])('is refused where no run records it: %s, with the nearest: %s', (statistic, nearest) => {
    const one = { name: 'counted', statistic, of, total: [0, 0] };
    expect(() => configWith({ expect: JSON.stringify([one]) })).toThrow(
      `(0.statistic is "${statistic}": no such statistic: '${statistic}'. Did you mean '${nearest}'?)`,
    );
  });
});

describe('experimentOf', () => {
  it.each(listStacks(ROOT))('makes of %s what its reader accepts unchanged', (stack) => {
    const made = experimentOf(stack, parseConfig(readStack(ROOT, stack), stack));
    expect(experiment.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it('carries the unit of the latency windows: the service time, 0s too', () => {
    const made = experimentOf('mine', configWith({ serverDelay: '0s' }));
    expect(experiment.parse(made)).toMatchObject({ stack: 'mine', serviceTime: '0s' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../../experiment/expectation.ts';
import { type Experiment } from '../../../experiment/experiment.ts';
import type { Check, Disturbance, Proxy } from '../../../experiment/observation.ts';
import { verdict } from '../../../lab/analysis/verdict.ts';
import { proxy, request } from './logged.ts';
import { judged, experiment, evidence, checked, batches } from './judged.ts';

describe('a statistic', () => {
  const counter = 'upstream_cx_overflow';
  const gauge = 'upstream_cx_active';
  const proxies: Proxy[] = [
    proxy({
      before: { [counter]: 5 },
      after: { [counter]: 7 },
      gauges: { [gauge]: { atMs: [0, 1, 2], value: [0, 6, 2] } },
    }),
    proxy({ after: { [counter]: 1 }, gauges: { [gauge]: { atMs: [0], value: [4] } } }),
    proxy({ role: 'server', after: { [counter]: 100 }, name: 'inbound|5000||' }),
  ];

  it.each<[string, Omit<Extract<Expectation, { statistic: string }>, 'name'>, string, boolean]>([
    [
      'a counter’s growth, all proxies together',
      { statistic: counter, of: 'client', total: [3, 3] },
      '3',
      true,
    ],
    ['and not more', { statistic: counter, of: 'client', total: [4, 9] }, '3', false],
    ['of the other side', { statistic: counter, of: 'server', total: [100, 100] }, '100', true],
    [
      'of a cluster',
      { statistic: counter, of: 'client', cluster: 'pyserver', total: [3, 3] },
      '3',
      true,
    ],
    ['a gauge’s peak in one proxy', { statistic: gauge, of: 'client', peak: [6, 6] }, '6', true],
    ['and not less', { statistic: gauge, of: 'client', peak: [0, 5] }, '6', false],
    [
      'a counter that Envoy leaves out until it counts, which is 0',
      { statistic: 'upstream_rq_5xx', of: 'client', total: [0, 0] },
      '0',
      true,
    ],
    [
      'a gauge that never rose',
      { statistic: 'outlier_detection.ejections_active', of: 'client', peak: [0, 0] },
      '0',
      true,
    ],
    [
      'of proxies that are not there, nothing, not even 0',
      { statistic: counter, of: 'gateway', total: [0, 9] },
      "no cluster of a gateway's proxy was used",
      false,
    ],
    [
      'of a cluster whose name is misspelt, nothing, not even 0',
      { statistic: counter, of: 'client', cluster: 'pysever', total: [0, 9] },
      "no cluster 'pysever': used were outbound|80||pyserver.circuitbreaker.svc.cluster.local",
      false,
    ],
  ])('is %s', (_, asked, seen, holds) => {
    expect(checked({ name: 'it', ...asked }, { proxies })).toMatchObject({
      seen,
      outcome: judged(holds),
    });
  });
});

describe('the run itself', () => {
  const anything: Expectation = { name: 'anything', count: [0, 10] };

  it.each<[string, Partial<Experiment>, number, boolean]>([
    ['enough', { warmBatches: 3 }, 3, true],
    ['one too few', { warmBatches: 3 }, 2, false],
    ['one, where the number of batches was given', { warmBatches: 3, batches: 5 }, 1, true],
    ['none, where the number of batches was given', { warmBatches: 3, batches: 5 }, 0, false],
  ])('needs warm batches: %s', (_, more, warm, holds) => {
    const requests = batches(Array<number>(warm).fill(0));
    const check = verdict(evidence({ requests, experiment: experiment([anything], more) })).checks;
    expect(check.find(({ name }) => name === 'warm batches')).toMatchObject({
      outcome: judged(holds),
      seen: String(warm),
    });
  });

  it('needs none where nothing is expected of them', () => {
    expect(verdict(evidence({}))).toEqual({
      outcome: 'holds',
      checks: [{ name: 'nothing broke', expected: 'no fault', seen: 'no fault', outcome: 'holds' }],
    });
  });

  it('must not have broken, whatever else holds', () => {
    const given = { requests: batches([0]), experiment: experiment([anything]) };
    expect(verdict(evidence(given)).outcome).toBe('holds');
    const { outcome, checks } = verdict(evidence({ ...given, faults: ['a died', 'b died'] }));
    expect(outcome).toBe('does not hold');
    expect(checks.at(-1)).toMatchObject({
      name: 'nothing broke',
      seen: 'a died; b died',
      outcome: 'does not hold',
    });
  });
});

describe('a busy machine', () => {
  const refused: Expectation = { name: 'refused', status: 503, count: [4, 4] };
  const lag = (batch: number, lagMs = 90): Disturbance => {
    return { batch, lagMs, toleratedMs: 50, who: 'ns/pyclient-0 sent late' };
  };

  it('takes the batches that it disturbed out of the count', () => {
    const given = { requests: batches([4, 9, 4, 4]), disturbed: [lag(1)] };
    expect(checked(refused, given)).toMatchObject({ outcome: 'holds', seen: '4 4 4' });
  });

  it('excuses no failure of batches that it left alone, where these are the most', () => {
    const given = { requests: batches([4, 9, 4, 5]), disturbed: [lag(1)] };
    expect(checked(refused, given)).toMatchObject({ outcome: 'does not hold', seen: '4 4 5' });
  });

  it('leaves open what does not hold where it disturbed half of the batches, with the worst figure', () => {
    const disturbed = [lag(1), lag(3, 240)];
    const requests = batches([4, 9, 5, 9]);
    const { outcome, because, checks } = verdict(
      evidence({ requests, disturbed, experiment: experiment([refused]) }),
    );
    expect(outcome).toBe('inconclusive');
    expect(because).toContain('batch 4: ns/pyclient-0 sent late, 240 ms where more than 50 ms');
    expect(because).toContain('and 1 more');
    expect(checks.map((check) => check.outcome)).toEqual(['holds', 'inconclusive', 'holds']);
  });

  it('leaves open whether there were enough warm batches', () => {
    const given = { requests: batches([4, 4]), disturbed: [lag(0), lag(1)] };
    const one = experiment([refused], { warmBatches: 1 });
    expect(verdict(evidence({ ...given, experiment: one }))).toMatchObject({
      outcome: 'inconclusive',
      checks: [{ name: 'warm batches', seen: '0', outcome: 'inconclusive' }, {}, {}],
    });
  });

  it('leaves open all of a load without batches, even what seems to hold', () => {
    const given = { requests: batches([4]), disturbed: [lag(0)] };
    expect(checked(refused, given, { load: 'paced' }).outcome).toBe('inconclusive');
  });

  it('does not excuse a fault', () => {
    const given = { requests: batches([4]), disturbed: [lag(0)], faults: ['it died'] };
    expect(verdict(evidence({ ...given, experiment: experiment([refused]) })).outcome).toBe(
      'does not hold',
    );
  });
});

it('holds exactly where every check does', () => {
  const range = fc
    .tuple(fc.nat(10), fc.nat(10))
    .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
  fc.assert(
    fc.property(
      fc.array(fc.nat(10), { minLength: 1, maxLength: 4 }),
      fc.array(range, { maxLength: 3 }),
      fc.array(fc.constant('it died'), { maxLength: 1 }),
      (counts, ranges, faults) => {
        const all = ranges.map((count, n): Expectation => ({ name: `${n}`, status: 503, count }));
        const given = { requests: batches(counts), faults, experiment: experiment(all) };
        const { outcome, checks } = verdict(evidence(given));
        expect(checks.map((check) => check.outcome === 'holds')).toEqual([
          ...(all.length > 0 ? [true] : []),
          ...ranges.map(([low, high]) => counts.every((n) => n >= low && n <= high)),
          faults.length === 0,
        ]);
        expect(outcome).toBe(judged(checks.every((check) => check.outcome === 'holds')));
      },
    ),
  );
});

describe('a run that was not seen as a whole', () => {
  const unseen = ["72 of 160 requests are not in the gateway's access log"];
  const expectations: Expectation[] = [
    { name: 'refused', refusedBy: 'no-healthy-upstream', share: [0.5, 1] },
    { name: 'answered', status: 200, share: [0, 1] },
  ];
  const paced = experiment(expectations, { load: 'paced' });
  const given = evidence({ experiment: paced, requests: batches([3], { refusedBy: 'unknown' }) });

  it('is inconclusive, for its reason, whatever came out', () => {
    const judgedOpen = verdict({ ...given, unseen });
    expect(judgedOpen).toMatchObject({ outcome: 'inconclusive', because: unseen[0] });
    expect(judgedOpen.checks.map(({ outcome }) => outcome)).toEqual([
      'inconclusive',
      'inconclusive',
      'holds',
    ]);
  });

  it('does not hold where something broke', () => {
    const broken = verdict({ ...given, unseen, faults: ['pod pyserver-1 is gone'] });
    expect(broken.outcome).toBe('does not hold');
  });

  it('has returns that only a counter of ejections would tell, where its proxy kept none', () => {
    const returned: Expectation = {
      name: 'fails once it is back',
      during: 'returned',
      status: 502,
      share: [0.5, 1],
    };
    const health = [
      { atMs: 0, outlierCheck: 'OK' as const },
      { atMs: 500, outlierCheck: 'FAILED' as const },
    ];
    const ejecting = (after: Record<string, number>): Check =>
      checked(returned, {
        requests: [request({ sentMs: 1000, warmUp: false })],
        proxies: [proxy({ role: 'gateway', after, endpoint: { health } })],
      });
    expect(ejecting({}).outcome).toBe('inconclusive');
    expect(ejecting({ upstream_rq_total: 5 }).outcome).toBe('does not hold');
  });

  it('has statistics that its proxy did not keep, of which no count can be judged', () => {
    const counted: Expectation = {
      name: 'ejected',
      statistic: 'outlier_detection.ejections_enforced_total',
      of: 'gateway',
      total: [0, 0],
    };
    const kept = { after: { upstream_rq_total: 5 } };
    expect(checked(counted, { proxies: [proxy({ role: 'gateway', ...kept })] })).toMatchObject({
      outcome: 'holds',
    });
    const stock = evidence({
      experiment: experiment([counted]),
      proxies: [proxy({ role: 'gateway' })],
    });
    expect(verdict(stock)).toMatchObject({
      outcome: 'inconclusive',
      because: expect.stringMatching(
        /^ejected: the gateway's proxy keeps no statistics/,
      ) as unknown,
    });
  });
});

it('of a load that was over before anybody looked, what does not hold is left open', () => {
  const missed = ['the load had ended before it was observed'];
  const expectations: Expectation[] = [
    { name: 'answered', status: 200, share: [0.6, 0.8] },
    {
      name: 'ejected',
      statistic: 'outlier_detection.ejections_enforced_total',
      of: 'client',
      total: [1, 1],
    },
  ];
  const given = evidence({
    experiment: experiment(expectations, { load: 'paced' }),
    requests: batches([3]),
    proxies: [proxy({ after: { upstream_rq_total: 10 } })],
    missed,
  });
  const { outcome, because, checks } = verdict(given);
  expect({ outcome, because }).toEqual({ outcome: 'inconclusive', because: missed[0] });
  expect(checks.map((check) => check.outcome)).toEqual(['holds', 'inconclusive', 'holds']);
  expect(verdict({ ...given, missed: [] }).outcome).toBe('does not hold');
});

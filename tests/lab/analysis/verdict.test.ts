import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Expectation, RequestExpectation } from '../../../experiment/expectation.ts';
import { type Experiment, experiment as experimentSchema } from '../../../experiment/experiment.ts';
import type {
  Check,
  Disturbance,
  Judgement,
  Proxy,
  Request,
} from '../../../experiment/observation.ts';
import { type Evidence, matches, verdict } from '../../../lab/analysis/verdict.ts';
import { endpointHealth, proxy, request } from './logged.ts';

function judged(holds: boolean): Judgement {
  return holds ? 'holds' : 'does not hold';
}

function experiment(expect: readonly Expectation[], more: Partial<Experiment> = {}): Experiment {
  return {
    ...experimentSchema.parse({ stack: 'test', serviceTime: '5s', warmBatches: 1 }),
    expect: [...expect],
    ...more,
  };
}

function evidence(given: Partial<Evidence>): Evidence {
  return {
    experiment: experiment([]),
    requests: [],
    proxies: [],
    faults: [],
    disturbed: [],
    timeScale: 1,
    ...given,
  };
}

/** The check of one expectation. */
function checked(
  expectation: Expectation,
  given: Partial<Evidence>,
  more?: Partial<Experiment>,
): Check {
  const { checks } = verdict(evidence({ ...given, experiment: experiment([expectation], more) }));
  return checks.find(({ name }) => name === expectation.name) ?? expect.fail('no such check');
}

const refusal: Partial<Request> = {
  status: 503,
  refusedBy: 'client-proxy/pending',
  endedMs: 2,
  flags: { client: 'UO', server: null },
  endpoint: null,
};

/** Batches with so many refused requests each, of ten. */
function batches(refused: readonly number[], more: Partial<Request> = {}): Request[] {
  return refused.flatMap((n, batch) =>
    Array.from({ length: 10 }, (_, index) =>
      request({ batch, ...(index < n && refusal), ...more }),
    ),
  );
}

describe('a request is counted', () => {
  const one: RequestExpectation = { name: 'these', count: [0, 0] };
  it.each<[string, Omit<RequestExpectation, 'name' | 'count'>, Partial<Request>, boolean]>([
    ['where nothing is asked for', {}, {}, true],
    ['by its status', { status: 200 }, {}, true],
    ['not with another status', { status: 503 }, {}, false],
    ['with the status 0 of no answer', { status: 0 }, { status: 0 }, true],
    ['by who refused it', { refusedBy: 'client-proxy/pending' }, refusal, true],
    ['not where somebody else did', { refusedBy: 'server-proxy/pending' }, refusal, false],
    [
      'by any of several that may have',
      { refusedBy: ['server-proxy/pending', 'client-proxy/pending'] },
      refusal,
      true,
    ],
    ['not as refused where it was answered', { refusedBy: 'client-proxy/pending' }, {}, false],
    ['by its flag', { flag: 'UO' }, refusal, true],
    ['by one of its flags', { flag: 'UO' }, { flags: { client: 'DI,UO', server: null } }, true],
    ['not by part of a flag', { flag: 'U' }, refusal, false],
    [
      'not by the flag that the server’s proxy logged',
      { flag: 'UO' },
      { flags: { client: '', server: 'UO' } },
      false,
    ],
    [
      'not by a flag that nobody logged',
      { flag: 'UO' },
      { flags: { client: null, server: null } },
      false,
    ],
    ['by the pod it was sent to', { endpoint: 'pyserver' }, {}, true],
    ['not where it was sent nowhere', { endpoint: 'pyserver' }, refusal, false],
    ['not with one of several wrong', { status: 200, flag: 'UO' }, {}, false],
  ])('%s', (_, asked, given, wanted) => {
    expect(matches({ ...one, ...asked }, request(given), 5000)).toBe(wanted);
  });

  it.each([
    [4949, false],
    [4950, true],
    [5000, true],
    [6500, true],
    [6501, false],
  ])('where its latency lies in the window: %i ms of 5 s, in [1, 1.3]: %s', (ms, wanted) => {
    const expectation = { ...one, serviceTimes: [1, 1.3] as [number, number] };
    expect(matches(expectation, request({ sentMs: 100, endedMs: 100 + ms }), 5000)).toBe(wanted);
  });
});

describe('a count in every warm batch', () => {
  const refused = (count: [number, number]): Expectation => ({
    name: 'refused',
    status: 503,
    count,
  });

  it.each<[string, readonly number[], [number, number], boolean]>([
    ['holds at its lower bound', [4, 4], [4, 6], true],
    ['holds at its upper bound', [6, 6], [4, 6], true],
    ['fails below, in one batch', [4, 3], [4, 6], false],
    ['fails above, in one batch', [7, 6], [4, 6], false],
    ['holds of none where none is expected', [0, 0], [0, 0], true],
  ])('%s', (_, counts, count, holds) => {
    const check = checked(refused(count), { requests: batches(counts) });
    expect(check).toMatchObject({ outcome: judged(holds), seen: counts.join(' ') });
  });

  it('does not count cold batches', () => {
    const cold = batches([9], { warmUp: true });
    const warm = batches([4, 4]).map((one) => ({ ...one, batch: one.batch + 1 }));
    const check = checked(refused([4, 4]), { requests: [...cold, ...warm] });
    expect(check).toMatchObject({
      outcome: 'holds',
      seen: '4 4',
      expected: '4 in every warm batch',
    });
  });

  it('counts cold batches alone where it is told to', () => {
    const cold = batches([9], { warmUp: true });
    const warm = batches([4, 4]).map((one) => ({ ...one, batch: one.batch + 1 }));
    const expectation: Expectation = { name: 'refused', status: 503, cold: true, count: [9, 10] };
    const check = checked(expectation, { requests: [...cold, ...warm] });
    expect(check).toMatchObject({
      outcome: 'holds',
      seen: '9',
      expected: '9 to 10 in every cold batch',
    });
  });

  it('lists batches in their order, in whatever order their requests were sent', () => {
    const requests = batches([1, 2, 3]).toReversed();
    expect(checked(refused([0, 10]), { requests }).seen).toBe('1 2 3');
  });

  it('holds of nothing where there is nothing to count', () => {
    const check = checked(refused([0, 0]), { requests: batches([0], { warmUp: true }) });
    expect(check).toMatchObject({ outcome: 'does not hold', seen: 'none to count' });
  });

  it('is in multiples of the service time as it was shrunk', () => {
    const expectation: Expectation = { name: 'quick', serviceTimes: [1, 1.3], count: [10, 10] };
    const requests = batches([0], { endedMs: 500 });
    expect(checked(expectation, { requests, timeScale: 0.1 }).outcome).toBe('holds');
    expect(checked(expectation, { requests, timeScale: 1 }).outcome).toBe('does not hold');
  });
});

describe('a mean over the warm batches', () => {
  it.each<[string, readonly number[], [number, number], boolean, string]>([
    ['holds within its bounds, though a batch is not', [2, 6], [3.5, 4.5], true, '2 6, mean 4'],
    ['holds at its bounds', [3, 4], [3.5, 3.5], true, '3 4, mean 3.5'],
    ['fails below', [3, 3], [3.5, 4.5], false, '3 3, mean 3'],
    ['fails above', [5, 5, 4], [3.5, 4.5], false, '5 5 4, mean 4.67'],
  ])('%s', (_, counts, mean, holds, seen) => {
    const expectation: Expectation = { name: 'refused', status: 503, mean };
    expect(checked(expectation, { requests: batches(counts) })).toMatchObject({
      outcome: judged(holds),
      seen,
    });
  });

  it('must hold beside a count', () => {
    const both = (count: [number, number], mean: [number, number]): boolean =>
      checked({ name: 'refused', status: 503, count, mean }, { requests: batches([3, 5]) })
        .outcome === 'holds';
    expect(both([3, 5], [4, 4])).toBe(true);
    expect(both([4, 5], [4, 4])).toBe(false);
    expect(both([3, 5], [4.1, 5])).toBe(false);
  });
});

describe('a share of all that was counted', () => {
  it.each<[[number, number], boolean]>([
    [[0.3, 0.3], true],
    [[0.31, 1], false],
    [[0, 0.29], false],
  ])('of 6 among 20 in %j: %s', (share, holds) => {
    const expectation: Expectation = { name: 'refused', status: 503, share };
    const check = checked(expectation, { requests: batches([2, 4]) });
    expect(check).toMatchObject({ outcome: judged(holds), seen: '2 4, 30 % of 20' });
  });
});

describe('a load without batches', () => {
  it('is counted as a whole, and needs no warm batch', () => {
    const expectation: Expectation = { name: 'refused', status: 503, count: [6, 6] };
    const given = {
      requests: batches([2, 4]),
      experiment: experiment([expectation], { load: 'closed' }),
    };
    expect(verdict(evidence(given))).toMatchObject({
      outcome: 'holds',
      checks: [{ name: 'refused', expected: '6', seen: '6' }, { name: 'nothing broke' }],
    });
  });

  it.each([
    ['before-ejection', '1'],
    ['ejected', '2'],
    ['returned', '1'],
  ] as const)('may be counted while the endpoint that fails is %s', (during, seen) => {
    const proxies = [proxy({ health: [endpointHealth(100, 'FAILED'), endpointHealth(300, 'OK')] })];
    const requests = [50, 100, 299, 300].map((sentMs) => request({ sentMs, endedMs: sentMs }));
    const expectation: Expectation = { name: 'sent', during, count: [0, 9] };
    expect(checked(expectation, { requests, proxies }, { load: 'paced' }).seen).toBe(seen);
  });
});

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

import { describe, expect, it } from 'vitest';
import type { Expectation, RequestExpectation } from '../../../experiment/expectation.ts';
import type { Request } from '../../../experiment/observation.ts';
import { matches, verdict } from '../../../lab/analysis/verdict.ts';
import { endpointHealth, proxy, request } from './logged.ts';
import { judged, experiment, evidence, checked, refusal, batches } from './judged.ts';

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

  it('is left open where the machine disturbed every batch that it speaks of', () => {
    const cold = batches([9, 9], { warmUp: true });
    const warm = batches([4, 4, 4, 4]).map((one) => ({ ...one, batch: one.batch + 2 }));
    const expectation: Expectation = { name: 'refused', status: 503, cold: true, count: [4, 4] };
    const judgedWith = (...spoilt: number[]) =>
      verdict(
        evidence({
          experiment: experiment([expectation]),
          requests: [...cold, ...warm],
          disturbed: spoilt.map((batch) => ({
            batch,
            who: 'a server was late',
            lagMs: 40,
            toleratedMs: 20,
          })),
        }),
      );
    const open = judgedWith(0, 1);
    expect(open.outcome).toBe('inconclusive');
    expect(open.because).toContain('this machine was too busy');
    expect(open.checks.find(({ name }) => name === 'refused')).toMatchObject({
      outcome: 'inconclusive',
      seen: 'this machine disturbed every batch that counts',
    });
    expect(judgedWith(0).checks.find(({ name }) => name === 'refused')).toMatchObject({
      outcome: 'does not hold',
      seen: '9',
    });
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

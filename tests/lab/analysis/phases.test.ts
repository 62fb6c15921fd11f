import { describe, expect, it } from 'vitest';
import { healthChanges, phaseAt } from '../../../lab/analysis/phases.ts';
import { endpointHealth, proxy } from './logged.ts';

const ok = (atMs: number): ReturnType<typeof endpointHealth> => endpointHealth(atMs, 'OK');
const failed = (atMs: number): ReturnType<typeof endpointHealth> => endpointHealth(atMs, 'FAILED');

describe('changes of health', () => {
  it('are every ejection and return, of all proxies in the order of time', () => {
    const changes = healthChanges([
      proxy({ pod: 'a', health: [ok(-10), failed(200), ok(400)] }),
      proxy({ pod: 'b', health: [ok(-10), failed(300)] }),
    ]);
    expect(changes.map(({ atMs, proxy: by, ejected }) => [atMs, by, ejected])).toEqual([
      [200, 'a', true],
      [300, 'b', true],
      [400, 'a', false],
    ]);
  });

  it('are none where an endpoint was seen to be well', () => {
    expect(healthChanges([proxy({ health: [ok(-10)] }), proxy({ health: [] })])).toEqual([]);
  });

  it('begin with an endpoint that was ejected when it was first seen', () => {
    expect(healthChanges([proxy({ health: [failed(-10)] })])).toMatchObject([{ ejected: true }]);
  });

  it('name the detector where it is known', () => {
    const reason = 'CONSECUTIVE_5XX';
    const changes = healthChanges([proxy({ health: [{ ...failed(1), reason }, ok(2)] })]);
    expect(changes.map((change) => change.reason)).toEqual([reason, undefined]);
  });
});

describe('the phase of the endpoint that was ejected first', () => {
  const changes = healthChanges([
    proxy({ pod: 'a', health: [failed(100), ok(300), failed(500)] }),
    // Another proxy ejects later and returns sooner: its own view only.
    proxy({ pod: 'b', health: [failed(150), ok(200)] }),
  ]);

  it.each([
    [0, 'before-ejection'],
    [99, 'before-ejection'],
    [100, 'ejected'],
    [250, 'ejected'],
    [299, 'ejected'],
    [300, 'returned'],
    [600, 'returned'],
  ])('at %i ms is %s', (atMs, phase) => {
    expect(phaseAt(changes, atMs)).toBe(phase);
  });

  it('is the one before for ever, where nothing was ejected', () => {
    expect(phaseAt([], 1e9)).toBe('before-ejection');
  });
});

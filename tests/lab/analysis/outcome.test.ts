import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../../experiment/expectation.ts';
import type { Request } from '../../../experiment/observation.ts';
import { outcomesOf } from '../../../lab/analysis/outcome.ts';
import { request as requestWith } from './logged.ts';
import { failFast, failFastWith, observation } from './observed.ts';

function labelOf(request: Partial<Request>, serviceTime = '5s', timeScale = 1): string {
  const [outcome, ...others] = outcomesOf(
    observation({ experiment: { serviceTime }, timeScale, requests: [requestWith(request)] }),
  );
  expect(others).toEqual([]);
  return outcome?.label ?? '';
}

describe('an answer is told by its latency', () => {
  it.each([
    [5004, '5s', 1, '200 after 5s'],
    [10_011, '5s', 1, '200 after 10s'],
    [4990, '5s', 1, '200 after 5s'],
    [5990, '5s', 1, '200 after 5s'],
    [6100, '5s', 1, '200 after 6s'],
    [7500, '5s', 1, '200 after 7.5s'],
    [1003, '5s', 0.2, '200 after 1s'],
    [503, '500ms', 1, '200 after 500ms'],
    [1510, '500ms', 1, '200 after 1.5s'],
    [3, '0s', 1, '200'],
    [30, '100ms', 0.1, '200'],
  ])('%i ms of %s, scaled by %d: %s', (endedMs, serviceTime, scale, wanted) => {
    expect(labelOf({ endedMs }, serviceTime, scale)).toBe(wanted);
  });
});

describe('a refusal is told by its status, flags, moment and cause', () => {
  it.each<[Partial<Request>, string]>([
    [
      { status: 503, flags: { client: 'UO', server: null }, refusedBy: 'client-proxy/pending' },
      "503 UO at once, client's proxy: pending requests full",
    ],
    [
      { status: 503, flags: { client: '', server: 'UO' }, refusedBy: 'server-proxy/pending' },
      "503 UO at once, server's proxy: pending requests full",
    ],
    [
      { status: 503, flags: { client: 'URX', server: 'UO' }, refusedBy: 'server-proxy/requests' },
      "503 URX/UO at once, server's proxy: active requests full",
    ],
    [
      { status: 503, flags: { client: 'UF', server: 'UF' }, refusedBy: 'connection-failure' },
      '503 UF at once, connection failed',
    ],
    [
      { status: 502, endedMs: 5000, refusedBy: 'application' },
      '502 after 5s, answered so by the application',
    ],
    [
      { status: 504, endedMs: 10_000, flags: { client: 'UT', server: 'DC' }, refusedBy: 'timeout' },
      '504 UT/DC after 10s, timed out',
    ],
    [
      {
        status: 0,
        error: 'ECONNRESET',
        flags: { client: null, server: null },
        refusedBy: 'connection-failure',
      },
      'ECONNRESET at once, connection failed',
    ],
    [
      { status: 0, flags: { client: null, server: null }, refusedBy: 'connection-failure' },
      'no answer at once, connection failed',
    ],
  ])('%j', (request, wanted) => {
    expect(labelOf({ endedMs: 3, ...request })).toBe(wanted);
  });

  it.each(refusal.options)('has words for %s', (refusedBy) => {
    const label = labelOf({
      status: 503,
      endedMs: 3,
      refusedBy,
      flags: { client: '', server: null },
    });
    expect(label).toMatch(/^503 at once, \w.+$/);
  });
});

it('lists answers first, by latency, then refusals', () => {
  expect(outcomesOf(failFast).map(({ label, requests }) => [label, requests.length])).toEqual([
    ['200 after 5s', 13],
    ['200 after 10s', 2],
    ["503 UO at once, client's proxy: pending requests full", 14],
    ["503 URX/UO at once, server's proxy: pending requests full", 1],
  ]);
});

it('has every request in exactly one outcome, in whatever order they come', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(failFast.requests, { minLength: failFast.requests.length }),
      (requests) => {
        const outcomes = outcomesOf(failFastWith({ requests }));
        expect(outcomes.flatMap((one) => one.requests.map(({ id }) => id)).toSorted()).toEqual(
          failFast.requests.map(({ id }) => id).toSorted(),
        );
        expect(outcomes.map(({ label }) => label)).toEqual(
          outcomesOf(failFast).map(({ label }) => label),
        );
      },
    ),
  );
});

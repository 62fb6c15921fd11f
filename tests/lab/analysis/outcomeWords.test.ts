/** One word for what became of a request: proves which, for every way a request can end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../../../experiment/expectation.ts';
import { byOutcome, outcomeWord } from '../../../lab/analysis/outcomeWords.ts';
import { request } from './logged.ts';

describe('the word for', () => {
  it.each([
    [5004, 5000, 'answered/1'],
    [7499, 5000, 'answered/1'],
    [7501, 5000, 'answered/2'],
    [10_011, 5000, 'answered/2'],
    [3, 5000, 'answered/1'],
    [3, 0, 'answered/1'],
  ])('a 200 after %i ms of %i is %s', (endedMs, serviceTimeMs, word) => {
    expect(outcomeWord(request({ endedMs }), serviceTimeMs)).toBe(word);
  });

  it.each([
    [{ status: 502, refusedBy: 'application' }, 'status/502'],
    [{ status: 404, refusedBy: null }, 'status/404'],
    [{ status: 503, refusedBy: 'client-proxy/pending' }, 'client-proxy/pending'],
    [{ status: 504, refusedBy: 'timeout' }, 'timeout'],
    [{ status: 0, refusedBy: 'connection-failure' }, 'connection-failure'],
    [{ status: 418, refusedBy: 'fault-injection' }, 'fault-injection'],
  ] as const)('%o is %s', (ended, word) => {
    expect(outcomeWord(request(ended), 5000)).toBe(word);
  });

  it('a refusal is its cause, whatever the status and the latency', () => {
    const causes = refusal.options.filter((cause) => cause !== 'application');
    fc.assert(
      fc.property(
        fc.constantFrom(...causes),
        fc.nat(599),
        fc.nat(10_000),
        (cause, status, endedMs) => {
          expect(outcomeWord(request({ refusedBy: cause, status, endedMs }), 100)).toBe(cause);
        },
      ),
    );
  });
});

it('answers come first, the fastest first; then refusals; then errors of the application', () => {
  const words = ['status/500', 'timeout', 'answered/10', 'client-proxy/pending', 'answered/2'];
  expect(words.sort(byOutcome)).toEqual([
    ...['answered/2', 'answered/10', 'client-proxy/pending', 'timeout', 'status/500'],
  ]);
});

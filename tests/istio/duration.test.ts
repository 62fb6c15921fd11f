import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  duration,
  DURATION_HINT,
  durationMs,
  durationOrZero,
  formatDuration,
  parseDuration,
} from '../../istio/duration.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [0.25, '0.25ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [90_000, '90s'],
    [5_400_000, '5400s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes what parseDuration reads back', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('durationMs', () => {
  it('is the number for a duration, and a TypeError for what nobody has validated', () => {
    expect(durationMs('1m30s')).toBe(90_000);
    expect(() => durationMs('soon')).toThrow(new TypeError("'soon' is not a duration"));
  });
});

describe('the schemas', () => {
  const says = (schema: typeof duration, value: unknown): string | undefined =>
    schema.safeParse(value).error?.issues[0]?.message;

  it('keep a duration as it was written', () => {
    expect(duration.parse('90000ms')).toBe('90000ms');
    expect(durationOrZero.parse('1m30s')).toBe('1m30s');
  });

  it.each(['0s', '0.5ms', '1x', '5'])('refuse %s where Istio asks for at least 1ms', (text) => {
    expect(says(duration, text)).toBe(`must be ${DURATION_HINT}, and at least 1ms`);
  });

  it('let 0s switch a thing off where Istio has that meaning, and still no garbage', () => {
    expect(durationOrZero.parse('0s')).toBe('0s');
    expect(says(durationOrZero, '1x')).toBe(`must be ${DURATION_HINT}`);
  });

  it.each([5, null, { seconds: 5 }])('refuse %j, which has no unit', (value) => {
    expect(says(duration, value)).toBe(`must be ${DURATION_HINT}`);
    expect(says(durationOrZero, value)).toBe(`must be ${DURATION_HINT}`);
  });
});

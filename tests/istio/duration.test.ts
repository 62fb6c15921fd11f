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

describe('parseDuration', () => {
  it.each([
    ['5s', 5000],
    ['250ms', 250],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['1h1m1s1ms', 3_661_001],
    ['0s', 0],
    ['0.5ms', 0.5],
    ['30s30s', 60_000],
    ['007s', 7000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '5',
    's',
    '-1s',
    '+1s',
    '5 s',
    ' 5s',
    '5s\n',
    '5S',
    '1x',
    '1d',
    '.5s',
    '5.s',
    '1e3s',
  ])('does not take %j for a duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads what is written as the sum of its parts, in any order', () => {
    const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
    const part = fc.tuple(fc.nat(9999), fc.constantFrom('ms', 's', 'm', 'h'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.map(([amount, unit]) => `${amount}${unit}`).join('');
        const ms = parts.reduce((sum, [amount, unit]) => sum + amount * units[unit], 0);
        expect(parseDuration(text)).toBe(ms);
      }),
    );
  });

  it('rejects a duration with one character in it that no duration has, wherever it stands', () => {
    const foreign = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 1 })
      .filter((character) => !/[\d.msh]/.test(character));
    fc.assert(
      fc.property(fc.nat(10 ** 7), foreign, fc.nat(20), (ms, character, at) => {
        const text = formatDuration(ms);
        const position = at % (text.length + 1);
        const spoilt = text.slice(0, position) + character + text.slice(position);
        expect(parseDuration(spoilt)).toBeUndefined();
      }),
    );
  });
});

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
        // Thousandths of a second have no exact binary form: equal to a millionth of a millisecond.
        expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 6);
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

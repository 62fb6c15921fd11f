import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../apps/common/duration.ts';
import { formatDuration } from '../../istio/duration.ts';
import { anyCharacter } from '../support/anyText.ts';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

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
    ['1.005s', 1005],
    ['0.54519s', 545.19],
    ['0.000000001s', 0.000001],
    ['0.0000000019s', 0.000001],
    ['2400h0.8ms', 8_640_000_000.8],
    ['+1s', 1000],
    ['.5s', 500],
    ['5.s', 5000],
    ['250us', 0.25],
    ['250µs1ns', 0.250001],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '-1s', '++1s', '.s', '5 s', ' 5s', '5s\n', '5S', '1x', '1d', '1e3s'])(
    'does not take %j for a duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('reads what is written as the sum of its parts, in any order, and no digit of a float’s', () => {
    const part = fc.tuple(
      fc.nat(300),
      fc.stringMatching(/^\d{0,6}$/),
      fc.constantFrom('ms', 's', 'm', 'h'),
    );
    type Parts = [number, string, keyof typeof UNIT_MS][];
    const written = (parts: Parts): string =>
      parts.map(([whole, digits, unit]) => `${whole}${digits && `.${digits}`}${unit}`).join('');
    /** The decimal number, by whole numbers of millionths. */
    const exactly = (parts: Parts): number => {
      const millionths = parts.reduce(
        (sum, [whole, digits, unit]) =>
          sum + Number(`${whole}${digits.padEnd(6, '0')}`) * UNIT_MS[unit],
        0,
      );
      return millionths / 1e6;
    };
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        expect(parseDuration(written(parts))).toBe(exactly(parts));
      }),
      { examples: [[[[0, '54519', 's']]], [[[1, '005', 's']]]] },
    );
  });

  it('rejects a duration with one character in it that no duration has, wherever it stands', () => {
    const foreign = anyCharacter.filter((character) => !/[\d.msh]/.test(character));
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

/** The smallest limits are found wherever they are, with what is next to them; and none where there are none. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestLimits, smallestLimits } from '../../../lab/predict/recommend.ts';
import { fill, slotsOf } from '../../../lab/predict/slots.ts';
import type { Limits } from '../../../lab/predict/trials.ts';
import { smallModel } from './vectors/model.ts';

const KEYS = ['a', 'b'] as const;
const sure = (value: number | undefined): number => value ?? NaN;

/** A test that all limits pass from these on. */
const from = (a: number, b: number) => ({
  meets: (limits: Limits): boolean => sure(limits.a) >= a && sure(limits.b) >= b,
});

describe('the smallest limits', () => {
  it('are found exactly, with the neighbours that fail', () => {
    const upTo = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(upTo, upTo, (a, b) => {
        const found = smallestLimits(from(a, b), KEYS, [300, 300]);
        expect(found?.limits).toEqual({ a, b });
        expect(found?.neighbours).toEqual([
          ...(a > 1 ? [{ a: a - 1, b }] : []),
          ...(b > 1 ? [{ a, b: b - 1 }] : []),
        ]);
      }),
    );
  });

  it('have the smallest first key, whatever the second one then takes', () => {
    const trials = { meets: ({ a, b }: Limits): boolean => sure(a) + sure(b) >= 20 };
    expect(smallestLimits(trials, KEYS, [19, 19])?.limits).toEqual({ a: 1, b: 19 });
    expect(smallestLimits(trials, KEYS, [15, 15])?.limits).toEqual({ a: 5, b: 15 });
  });

  it('are found between a too short and a too long queue', () => {
    const trials = {
      meets: ({ a, b }: Limits): boolean => sure(a) >= 7 && sure(b) >= 4 && sure(b) <= 9,
    };
    expect(smallestLimits(trials, KEYS, [100, 100])?.limits).toEqual({ a: 7, b: 4 });
  });

  it('are none where none will do', () => {
    expect(smallestLimits({ meets: () => false }, KEYS, [50, 50])).toBeUndefined();
  });
});

it('the nearest limits are those with the least shortfall', () => {
  const shortfall = ({ a, b }: Limits): number =>
    Math.abs(sure(a) - 8) + Math.abs(sure(b) - 3) + 0.1;
  expect(nearestLimits({ shortfall }, KEYS, [20, 20])).toEqual({ a: 8, b: 3 });
});

it('a key’s places in a model are found, and filled', () => {
  const limits = (max_connections: number) => ({
    max_connections,
    max_pending_requests: 7,
    max_requests: 7,
    max_retries: 7,
  });
  const models = [
    smallModel({ cluster: { limits: limits(1001) } }),
    smallModel({ cluster: { limits: limits(1003) } }),
  ] as const;
  const slots = slotsOf(models, [1001, 1003]);
  expect(slots).toEqual([['clusters', '0', 'limits', 'max_connections']]);
  fill(models[0], slots, 5);
  expect(models[0].clusters[0]?.limits).toEqual(limits(5));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectionUse, firstWarmBatch } from '../../../lab/analysis/warmUp.ts';

/** What each batch used: `client:a` is connection a of the client's proxy. */
type Batches = readonly (readonly string[])[];

function usesOf(batches: Batches): ConnectionUse[] {
  return batches.flatMap((some, batch) =>
    some.map((use) => {
      const [proxy = '', connection = ''] = use.split(':');
      return { batch, proxy, connection };
    }),
  );
}

const firstOf = (batches: Batches): number => firstWarmBatch(batches.length, usesOf(batches));

describe('the first warm batch', () => {
  it.each<[string, Batches, number]>([
    [
      'the second where the first made every connection',
      [['c:1', 'c:2'], ['c:2', 'c:1'], ['c:1']],
      1,
    ],
    [
      'the first that used no more than those before',
      [['c:1'], ['c:1', 'c:2'], ['c:2'], ['c:1']],
      2,
    ],
    ['none where every batch used more', [['c:1'], ['c:1', 'c:2'], ['c:1', 'c:2', 'c:3']], 3],
    [
      'not kept waiting by a connection in place of a closed one',
      [
        ['c:1', 'c:2'],
        ['c:2', 'c:3'],
      ],
      1,
    ],
    ['not taken back by a pool that grows later', [['c:1'], ['c:1'], ['c:1', 'c:2']], 1],
    [
      'kept waiting by any one proxy',
      [
        ['c:1', 's:1'],
        ['c:1', 's:1', 's:2'],
        ['c:1', 's:2'],
      ],
      2,
    ],
    [
      'not fooled by connections of two proxies with the same name',
      [['c:1'], ['c:1', 's:1'], ['s:1']],
      2,
    ],
    [
      'as large as one whose uses are more, not its connections',
      [['c:1'], ['c:1', 'c:1', 'c:1']],
      1,
    ],
    ['the first where no connection is used at all', [[], [], []], 0],
    ['one that was refused whole: it needed none', [['c:1'], [], ['c:1']], 1],
    ['0 of no batches', [], 0],
  ])('is %s', (_, batches, wanted) => {
    expect(firstOf(batches)).toBe(wanted);
  });
});

const use = fc
  .tuple(fc.constantFrom('c', 's'), fc.constantFrom('1', '2', '3', '4', '5'))
  .map((parts) => parts.join(':'));
const batches = fc.array(fc.array(use, { maxLength: 8 }), { maxLength: 8 });

/** Connections of a proxy in a batch. */
function size(batch: readonly string[] | undefined, proxy: string): number {
  return new Set(batch?.filter((one) => one.startsWith(proxy))).size;
}

/** Whether a pool was larger in a batch than in any before it. */
function grew(given: Batches, batch: number): boolean {
  return ['c', 's'].some((proxy) =>
    given.slice(0, batch).every((before) => size(before, proxy) < size(given[batch], proxy)),
  );
}

it('grew in every batch before it, and not in itself', () => {
  fc.assert(
    fc.property(batches, (given) => {
      const first = firstOf(given);
      const growing = given.map((some, batch) =>
        batch === 0 ? some.length > 0 : grew(given, batch),
      );
      expect(first).toBe(growing.includes(false) ? growing.indexOf(false) : given.length);
    }),
  );
});

it('does not depend on the order in which the log was read', () => {
  const shuffled = batches.chain((given) => {
    const uses = usesOf(given);
    return fc.record({
      given: fc.constant(given),
      uses: fc.shuffledSubarray(uses, { minLength: uses.length }),
    });
  });
  fc.assert(
    fc.property(shuffled, ({ given, uses }) => {
      expect(firstWarmBatch(given.length, uses)).toBe(firstOf(given));
    }),
  );
});

it('does not move once it was seen, whatever comes later', () => {
  fc.assert(
    fc.property(batches, batches, (given, later) => {
      const first = firstOf(given);
      fc.pre(first < given.length);
      expect(firstOf([...given, ...later])).toBe(first);
    }),
  );
});

/** Processes that start together: in order, some at a time, and none after it is known to be in vain. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { allStarted } from '../../../lab/local/starting.ts';

/** Starts that end when they are told to. */
function starts(count: number) {
  const begun: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<unknown>());
  const all = ends.map(({ promise }, index) => () => {
    begun.push(index);
    return promise;
  });
  return { all, begun, ends };
}

const wanted = (): boolean => true;

describe('what starts together', () => {
  it('begins in order, each as soon as there is room for it', async () => {
    const { all, begun, ends } = starts(5);
    const started = allStarted(all, wanted, 2);
    expect(begun).toEqual([0, 1]);
    ends[1]?.resolve(undefined);
    await turn();
    expect(begun).toEqual([0, 1, 2]);
    for (const { resolve } of ends) resolve(undefined);
    await started;
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('is there when the last of them is', async () => {
    const { all, ends } = starts(3);
    let isThere = false;
    const started = allStarted(all, wanted, 8).then(() => (isThere = true));
    ends[2]?.resolve(undefined);
    ends[1]?.resolve(undefined);
    await turn();
    expect(isThere).toBe(false);
    ends[0]?.resolve(undefined);
    await started;
  });

  it('fails with the first failure, when nothing is starting any more, and begins nothing after it', async () => {
    const { all, begun, ends } = starts(4);
    let failure: unknown;
    const failed = allStarted(all, wanted, 2).catch((error: unknown) => (failure = error));
    ends[1]?.reject(new Error('it ended'));
    await turn();
    expect({ begun, failure }).toEqual({ begun: [0, 1], failure: undefined });
    ends[0]?.resolve(undefined);
    await failed;
    expect({ begun, failure }).toEqual({ begun: [0, 1], failure: new Error('it ended') });
  });

  it('begins nothing once it is no longer wanted', async () => {
    const { all, begun, ends } = starts(4);
    let isWanted = true;
    const started = allStarted(all, () => isWanted, 2);
    isWanted = false;
    for (const { resolve } of ends) resolve(undefined);
    await started;
    expect(begun).toEqual([0, 1]);
  });
});

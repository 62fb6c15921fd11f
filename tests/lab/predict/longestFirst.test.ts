/** Experiments are put in order by how long they may take, whatever their size. */
import { expect, it } from 'vitest';
import { prepare } from '../../../lab/commands/prepare.ts';
import { longestFirst } from '../../../lab/predict/longestFirst.ts';
import type { Prepared } from '../../../lab/watch/observe.ts';

function stack(name: string, ...set: string[]): Promise<Prepared> {
  return prepare(name, { set }, { batches: undefined, timeScale: 1 });
}

it('long ones are before short ones, and before all what cannot be predicted', async () => {
  const short = await stack('fail-fast', 'serverDelay=100ms', 'batchInterval=200ms');
  const long = await stack('fail-fast');
  // Of more pods, and shorter all the same.
  const large = await stack('three-by-three', 'serverDelay=100ms', 'batchInterval=200ms');
  const untold = { ...short, objects: [], mesh: { ...short.mesh, pods: [] } };
  const last = longestFirst([short, large, long, untold]);
  expect(last.slice(0, 2)).toEqual([untold, long]);
  expect(longestFirst([long, untold, large, short]).slice(0, 2)).toEqual([untold, long]);
});

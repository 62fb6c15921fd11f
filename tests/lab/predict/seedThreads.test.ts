/** Many seeds, one after the other. */
import { expect, it } from 'vitest';
import { resultsOf } from '../../../lab/predict/seedThreads.ts';
import { smallModel } from './vectors/model.ts';

it('hears a signal while it simulates on the thread that asked', async () => {
  const signal = AbortSignal.timeout(20);
  const options = { seeds: 1_000_000, firstSeed: 0, threads: 1, signal };
  await expect(resultsOf(smallModel({}), options)).rejects.toThrow('timeout');
});

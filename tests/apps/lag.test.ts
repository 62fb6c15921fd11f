import { expect, it } from 'vitest';
import { now } from '../../apps/common/clock.ts';
import { type Lag, watchLag } from '../../apps/common/lag.ts';

it('reports a stall of this process with its length, when it is over', async () => {
  const lags: Lag[] = [];
  watchLag((lag) => lags.push(lag));
  const end = now() + 300;
  while (now() < end);
  await expect.poll(() => lags.find(({ lagMs }) => lagMs >= 200)).toBeDefined();
  expect(lags.every(({ at }) => at >= end)).toBe(true);
});

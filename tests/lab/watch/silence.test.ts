/** How long a client may be silent, by what it was told. */
import { expect, test } from 'vitest';
import { intervalOf } from '../../../lab/watch/silence.ts';

test.each([
  [{}, 20_000],
  [{ MODE: 'batch', INTERVAL: '3s' }, 3000],
  [{ MODE: 'closed' }, 0],
  [{ MODE: 'paced' }, 100],
  [{ MODE: 'poisson', RATE: '2/s' }, 10_000],
  [{ MODE: 'steps', STEPS: '10/s for 5s, 0/s for 4s' }, 4000],
  [{ MODE: 'steps', STEPS: '0.1/s for 5s' }, 5000],
  [{ MODE: 'replay', SEND_AT: '2s, 3s, 10s' }, 7000],
])('%j', (env: Readonly<Record<string, string>>, ms) => {
  expect(intervalOf((name) => env[name])).toBe(ms);
});
